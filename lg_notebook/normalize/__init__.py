"""Turn stream items into events: messages, tool calls, states, missing tokens.

`graphs`, `runtime` and the rooms between and above them may import it.
It is pure, without I/O, clock or IPython, and knows events but no run.
"""
