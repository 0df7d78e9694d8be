"""Export runs: one module `<format>.py` with one function `to_<format>(run, …)` for each format.

A new export is one such module, and one method in `_run.py` that calls it.
`_run` and the rooms above it may import it.
It never changes a run, and never imports a format's package before the format is requested.
"""
