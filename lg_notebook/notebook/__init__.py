"""The magics and what they need of IPython: options, cell bodies, completion, awaited cells.

Nothing imports it but `load_ipython_extension`; it may import every room.
It never does what `watch` and `stream` cannot: a magic only turns text into their arguments.
"""
