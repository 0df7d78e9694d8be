"""Values that every room may use: limits, places, model calls, the completion of a run, sizes.

Every room may import it.
It needs the standard library alone, and never imports another room but `events`.
"""
