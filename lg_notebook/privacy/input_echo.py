"""Find a run's input where later events repeat it, to withhold it there too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_notebook.events import Payload

_CUT = re.compile(r"… \([\d,]+ more characters\)\Z")
"""The end that `payload` adds to a text that it cuts."""

_COMMON = 100
"""Numbers up to this one are in every payload, so they do not identify an input."""


class InputEcho:
    """The values of an input, at any depth: whole texts, and numbers above 100.

    Graphs copy their input into their state and into subgraphs. Values that a node derives from
    the input, such as a text that quotes it, are not found.

    Args:
        value: The input, as JSON, uncut.
        replacement: The text that replaces its values.

    Example:
        >>> echo = InputEcho({"topic": "cats", "n": 3}, "?")
        >>> echo.hide({"topic": "cats", "n": 3, "joke": "About cats."})
        {'topic': '?', 'n': 3, 'joke': 'About cats.'}
    """

    def __init__(self, value: Payload, replacement: str) -> None:
        self._replacement = replacement
        self._texts: set[str] = set()
        self._numbers: set[float] = set()
        self._learn(value)

    def _learn(self, value: Any) -> None:
        if isinstance(value, str):
            self._texts.add(value)
        elif isinstance(value, dict):
            for item in value.values():
                self._learn(item)
        elif isinstance(value, list):
            for item in value:
                self._learn(item)
        elif isinstance(value, (int, float)) and abs(value) > _COMMON:
            self._numbers.add(value)

    def hide(self, value: Any) -> Any:
        """Replace the input's values in a JSON value; keys stay unchanged.

        Args:
            value: The value.

        Returns:
            A copy.
        """
        if isinstance(value, str):
            return self._replacement if self._knows(value) else value
        if isinstance(value, dict):
            return {key: self.hide(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.hide(item) for item in value]
        if isinstance(value, (int, float)) and value in self._numbers:
            return self._replacement
        return value

    def _knows(self, text: str) -> bool:
        if not text:
            return False
        if text in self._texts:
            return True
        cut = _CUT.search(text)
        return cut is not None and any(
            known.startswith(text[: cut.start()]) for known in self._texts
        )
