"""One test per capability that LangGraph's streaming guides describe.

Each compares what a run contains, however it was watched, with the chunks of the plain loop
`for chunk in graph.stream(…)` over the same graph.
"""
