"""A run's input, recognised where later events repeat it, so that it can be withheld there too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_notebook.events import Payload

_CUT = re.compile(r"… \([\d,]+ more characters\)\Z")
"""How `payload` ends a text that it has cut."""

_TELLING = 100
"""Numbers up to this are in every payload, and tell nothing."""


class InputEcho:
    """The values of an input, at any depth: whole texts, and numbers that say something.

    A graph's state begins with its input and ends with it, and subgraphs are passed it on.
    What a node makes of it, such as a text that quotes it, is not known again.

    Args:
        value: The input, as JSON, uncut.
        stead: What to put in the place of its values.

    Example:
        >>> given = Given({"topic": "cats", "n": 3}, "?")
        >>> given.hide({"topic": "cats", "n": 3, "joke": "About cats."})
        {'topic': '?', 'n': 3, 'joke': 'About cats.'}
    """

    def __init__(self, value: Payload, stead: str) -> None:
        self._stead = stead
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
        elif isinstance(value, (int, float)) and abs(value) > _TELLING:
            self._numbers.add(value)

    def hide(self, value: Any) -> Any:
        """A JSON value with the input's values replaced, keys left as they are.

        Args:
            value: The value.
        """
        if isinstance(value, str):
            return self._stead if self._knows(value) else value
        if isinstance(value, dict):
            return {key: self.hide(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.hide(item) for item in value]
        if isinstance(value, (int, float)) and value in self._numbers:
            return self._stead
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
