"""The doctor: says what is wrong with a run, and what to do.

A new rule is one file with a `Rule`, and one line in `RULES`. From that, `Run.diagnosis`, the
static faces and the printed text have its hints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.model.doctor import hidden_messages, missing_tokens, missing_usage, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lg_notebook.model.doctor.rule import Rule
    from lg_notebook.model.filters import Filters
    from lg_notebook.model.run_state import RunState

__all__ = ["RULES", "diagnose", "displayed_hints"]

RULES: tuple[Rule, ...] = (
    hidden_messages.RULE,
    missing_tokens.RULE,
    unreadable.RULE,
    missing_usage.RULE,
)
"""All rules, those with the most important hints first."""


def diagnose(run: RunState, filters: Filters) -> list[str]:
    """Examine a run by all rules.

    Args:
        run: The run.
        filters: The filters of its display.

    Returns:
        The hints of each rule. While the run is running, and if it failed, only the rules that
        examine such runs give any.

    Example:
        >>> diagnose(run, Filters())
        ["The model call of node 'write' is tagged `nostream`, which hides its tokens: take …"]
    """
    return _hints(RULES, run, filters)


def displayed_hints(run: RunState, filters: Filters) -> list[str]:
    """List the hints that every display of a run shows; the shorter form of `diagnose`."""
    return _hints([rule for rule in RULES if rule.displayed], run, filters)


def _hints(rules: Iterable[Rule], run: RunState, filters: Filters) -> list[str]:
    if run.status in {"running", "error"}:
        rules = [rule for rule in rules if rule.any_status]
    return [hint for rule in rules for hint in rule.check(run, filters)]
