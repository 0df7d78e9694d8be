"""A run as its events make it: messages, tasks, states, log, filters; in TypeScript `js/src/model`.

`wire` and the rooms above it may import it.
It is pure, needs the standard library alone, and never knows where the events come from.
"""
