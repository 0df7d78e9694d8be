"""One module for each format that a run is exported to: `Run.to_html`, `to_pandas` and others.

`_run` and the rooms above it may import it.
It never changes a run, and never imports the package that a format is for before it is called.
"""
