"""Show runs in a notebook: `GraphWidget`, a run's own widget, its outputs, sessions.

`notebook` and `_watch` may import it.
It never calls a graph, and never evaluates or imports what a page sends.
"""
