"""Adapt to ipykernel and IPython: the shell, the event loop, comm messages, outputs.

`remote`, `runtime` and the rooms above them may import it.
It never imports IPython or ipykernel: it uses them if the process has loaded them.
"""
