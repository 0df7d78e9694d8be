"""What a doctor's rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lg_notebook.model.filters import Filters
    from lg_notebook.model.run_state import RunState


@dataclass(frozen=True)
class Rule:
    """A check of a run, and the hints that it gives.

    Attributes:
        name: What is wrong, in a few words.
        check: Examines a run, with the filters of its display, and returns the hints: one
            sentence per cause, with what to do. It returns none if nothing is wrong.
        displayed: Whether static faces and printed text show the hints; `Run.diagnosis` has
            them in any case.
        any_status: Whether the rule also examines runs that failed or are still running.

    Example:
        >>> RULE = Rule("no messages", lambda run, _: [] if run.messages else ["Write one."])
    """

    name: str
    check: Callable[[RunState, Filters], Sequence[str]]
    displayed: bool = True
    any_status: bool = False
