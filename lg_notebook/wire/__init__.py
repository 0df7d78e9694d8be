"""Events as frames for the page and for stored runs, and back.

`normalize` and the rooms above it may import it.
It is pure, and never imports LangChain or LangGraph: `js/src/protocol` does the same.
"""
