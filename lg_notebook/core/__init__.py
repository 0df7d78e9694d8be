"""Values that every room may use: limits, locations, model calls, completion, options, sizes.

Every room may import it.
It needs only the standard library, `events` and `exceptions`.
"""
