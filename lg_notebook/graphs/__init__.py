"""Look at a graph: its name, nodes, drawing and input, its forms, the event loop it belongs to.

`kernel`, `cassettes`, `streams` and the rooms above them may import it.
It never runs a graph, and never asks a server.
"""
