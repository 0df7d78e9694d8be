"""What shows a run in a notebook: `GraphWidget`, a run's own widget, live outputs, sessions.

`notebook` and `_watch` may import it.
It never calls a graph, and never evaluates or imports what a page sends.
"""
