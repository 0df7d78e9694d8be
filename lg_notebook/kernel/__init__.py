"""What is known of ipykernel and IPython: the shell, the event loop, comm messages, outputs.

`remote`, `runtime` and the rooms above them may import it.
It never imports IPython or ipykernel: it uses what the process has loaded.
"""
