"""Limit how often a page is answered, so that a page cannot flood the connection."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

WINDOW = 1.0
"""Seconds in which answers are counted."""

SAME = 3
"""Answers to the same question of one view. A view itself asks at most twice a second, and asks
again if it gets no answer."""

ALL = 60
"""Answers to all views together, whatever names they ask under."""


class AnswerLimit:
    """Decide whether a question of a page is answered now.

    Args:
        clock: Returns the time in seconds.

    Example:
        >>> limit = AnswerLimit()
        >>> [limit.allows("view") for _ in range(4)]
        [True, True, True, False]
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answered: list[tuple[Hashable, float]] = []

    def allows(self, question: Hashable) -> bool:
        """Whether to answer; the answer is then counted.

        Args:
            question: The view and what it wants.
        """
        now = self._clock()
        recent = [each for each in self._answered if now - each[1] < WINDOW]
        same = sum(each == question for each, _ in recent)
        allowed = same < SAME and len(recent) < ALL
        if allowed:
            recent.append((question, now))
        self._answered = recent
        return allowed
