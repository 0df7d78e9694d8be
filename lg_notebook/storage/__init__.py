"""Files: recordings as JSON Lines, the runs that a saved notebook holds, files written whole.

`exports`, `cassettes`, `_run` and the rooms above them may import it.
It never runs what a file holds, and never makes a `Run` itself: it reads events and writes events.
"""
