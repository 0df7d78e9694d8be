"""Runs in files: recordings as JSON Lines, and the runs that a saved notebook holds.

`exports`, `_run` and the rooms above them may import it.
It never runs what a file holds, and never makes a `Run` itself: it reads events and writes events.
"""
