"""Takes words out of a run that is there already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lg_notebook.redact import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lg_notebook.events import AnyEvent

    Words = str | re.Pattern[str]


class Veil:
    """Masks words wherever they stand in a run's events, also across the borders of tokens.

    Args:
        words: What to mask: text as it stands, or compiled regular expressions.

    Raises:
        TypeError: One is neither.
        ValueError: There is none, or one matches the empty text.
    """

    def __init__(self, words: Iterable[Words]) -> None:
        patterns = [_pattern(each) for each in words]
        if not patterns:
            raise ValueError("Say what to mask: text, or compiled regular expressions.")
        self._patterns = patterns

    def text(self, text: str) -> str:
        """A text with the words masked."""
        for pattern in self._patterns:
            text = pattern.sub(MASK, text)
        return text

    def value(self, value: Any) -> Any:
        """A JSON value with the words masked in its texts, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        return value

    def pieces(self, pieces: list[str]) -> list[str]:
        """The pieces of one text, as many as there were, with the words masked.

        A word that is spread over several pieces is masked in the first of them.
        """
        for pattern in self._patterns:
            pieces = _masked(pieces, pattern)
        return pieces

    def events(self, events: list[AnyEvent]) -> Iterator[AnyEvent]:
        """A run's events with the words masked.

        Args:
            events: All of them, in order.
        """
        blocks: dict[tuple[int, int], list[str]] = {}
        for event in events:
            if event["type"] == "delta":
                blocks.setdefault((event["message"], event["block"]), []).append(event["text"])
        masked = {key: iter(self.pieces(pieces)) for key, pieces in blocks.items()}
        for event in events:
            row: Any = {key: self._field(key, item) for key, item in event.items()}
            if event["type"] == "delta":
                row["text"] = next(masked[event["message"], event["block"]])
            yield row

    def _field(self, key: str, item: Any) -> Any:
        return (
            item
            if key in {"type", "role", "origin", "kind", "phase", "status"}
            else self.value(item)
        )


def _pattern(words: Words) -> re.Pattern[str]:
    pattern = words
    if isinstance(words, str):
        pattern = re.compile(re.escape(words))
    if not isinstance(pattern, re.Pattern) or not isinstance(pattern.pattern, str):
        raise TypeError(f"Give text or a compiled regular expression of text, not {words!r}.")
    if pattern.search("") is not None:
        raise ValueError(f"{pattern.pattern!r} matches the empty text: everything would be masked.")
    return pattern


def _masked(pieces: list[str], pattern: re.Pattern[str]) -> list[str]:
    found = [match.span() for match in pattern.finditer("".join(pieces))]
    if not found:
        return pieces
    out: list[str] = []
    at = 0
    spans = iter([*found, (1 << 62, 1 << 62)])
    start, end = next(spans)
    for piece in pieces:
        kept: list[str] = []
        here, stop = at, at + len(piece)
        while here < stop:
            if here < start:
                upto = min(start, stop)
                kept.append(piece[here - at : upto - at])
            else:
                if here == start:
                    kept.append(MASK)
                upto = min(end, stop)
                if upto == end:
                    start, end = next(spans)
            here = upto
        out.append("".join(kept))
        at = stop
    return out
