"""A rule: parts of the run could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.model.doctor.rule import Rule

if TYPE_CHECKING:
    from lg_notebook.model.filters import Filters
    from lg_notebook.model.run_state import RunState


def _check(run: RunState, _: Filters) -> list[str]:
    return run.unreadable


RULE = Rule("a part could not be read", _check, any_status=True)
