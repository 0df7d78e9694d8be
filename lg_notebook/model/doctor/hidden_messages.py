"""A rule: the filters hide every message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.model.doctor.rule import Rule

if TYPE_CHECKING:
    from lg_notebook.model.filters import Filters
    from lg_notebook.model.run_state import RunState

_HIDDEN = "The filters hide this run's messages: take them away to see more."
"""The view has the same sentence (`js/src/view/transcript/runFooter.ts`)."""


def _check(run: RunState, filters: Filters) -> list[str]:
    hides = bool(run.messages) and not any(filters.shows(message) for message in run.messages)
    return [_HIDDEN] if hides else []


RULE = Rule("the filters hide every message", _check)
