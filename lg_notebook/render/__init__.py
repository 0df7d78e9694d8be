"""What shows a run without a script: static HTML, text, MIME bundles, text for a terminal.

`exports`, `_run` and the rooms above them may import it.
It never displays anything itself, and never shows what varies from run to run.
"""
