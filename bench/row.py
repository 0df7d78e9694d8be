"""Print a measurement and its budget."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A measurement, with its budget if it has one."""

    what: str
    measured: str
    value: float
    budget: float | None = None
    unit: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is within its budget."""
        return self.budget is None or self.value <= self.budget

    def __str__(self) -> str:
        bound = "" if self.budget is None else f"≤ {self.budget:g} {self.unit}"
        mark = "" if self.budget is None else "ok" if self.kept else "OVER"
        return f"{self.what:60} {self.measured:40} {bound:16} {mark}"
