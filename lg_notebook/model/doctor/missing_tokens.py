"""A rule: answers came without their tokens.

`normalize.missing_tokens` finds the causes while it sees the model calls themselves, and the
`run-end` event has them. So the live view shows them too.
"""

from __future__ import annotations

from lg_notebook.model.doctor.rule import Rule

RULE = Rule("answers came without their tokens", lambda run, _: run.causes)
