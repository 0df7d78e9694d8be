"""Build a run from events: messages, tasks, states, log, filters; in TypeScript `js/src/model`.

`wire` and the rooms above it may import it.
It is pure, needs only the standard library, and does not depend on where events come from.
"""
