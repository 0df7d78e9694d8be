"""Stream items in, events out: messages, tool calls, states, missing tokens.

`graphs`, `runtime` and the rooms between and above them may import it.
It is pure: no input or output, no clock, no IPython, and no run.
"""
