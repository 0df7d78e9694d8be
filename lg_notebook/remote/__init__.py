"""Runs on LangGraph's servers: stream, join again, cancel; and their graphs' topology.

`streams`, `runtime` and the rooms above them may import it. It never decides by itself whether a
graph is a remote one, and it never shows a key.
"""
