"""hypothesis, the same on every run and on a machine that is busy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis

_STEADY = hypothesis.settings(derandomize=True, deadline=None)


def given(*strategies: Any, **named: Any) -> Callable[[Any], Any]:
    """`hypothesis.given`, without chance and without a deadline."""
    decorate = hypothesis.given(*strategies, **named)
    return lambda test: _STEADY(decorate(test))
