"""Inspect a graph: its name, nodes, topology, input, sync and async forms, and event loop.

`kernel`, `streams` and the rooms above them may import it.
It never runs a graph, and never sends a request to a server.
"""
