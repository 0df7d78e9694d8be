"""Encode events as frames for the page and for stored runs, and decode them.

`normalize` and the rooms above it may import it.
It is pure, and never imports LangChain or LangGraph. `js/src/protocol` is the same in TypeScript.
"""
