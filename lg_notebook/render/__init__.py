"""Render runs without a script: static HTML, text, MIME bundles, text for a terminal.

`exports`, `_run` and the rooms above them may import it.
It never displays anything, and never shows facts that vary from run to run.
"""
