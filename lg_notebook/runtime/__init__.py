"""One run from start to end: drive the graph, build the run, publish it, stop it, play it again.

`storage`, `render` and the rooms above them may import it.
It never shows anything, and never imports IPython: `kernel` knows whether there is a notebook.
"""
