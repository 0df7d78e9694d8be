"""Run a graph and yield its stream items, in any version of LangGraph's stream.

`runtime` and the rooms above it may import it; it imports `remote`, `graphs` and lower ones. It
never folds, filters or shows what it yields.
"""
