"""Cassettes: record what chat models answer, and play it back instead of calling them.

`demo`, `notebook` and `lg_notebook` itself may import it, and every room above it. It never
changes what a graph does besides, and it never writes a secret to a file.
"""
