"""Mask words in the events of an existing run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import ArgumentError, ArgumentTypeError
from lg_notebook.privacy.credential_names import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lg_notebook.events import AnyEvent

    Words = str | re.Pattern[str]


_PLAIN = {"type", "role", "origin", "kind", "phase", "status", "usage"}
"""Fields of events with fixed values, which are never masked."""

_FIGURES = {"error", "topology"}
"""Fields whose numbers are not data: lines of code, numbers of omitted nodes."""


class WordMask:
    """Masks words everywhere in a run's events, also across tokens.

    Words across blocks or across successive payloads are not found.

    Args:
        words: The words to mask: literal texts, or compiled regular expressions.

    Raises:
        ArgumentTypeError: A word is neither.
        ArgumentError: There is no word, or one matches the empty text.

    Example:
        >>> WordMask(["cats"]).text("About cats.")
        'About [masked].'
    """

    def __init__(self, words: Iterable[Words]) -> None:
        patterns = [_pattern(each) for each in words]
        if not patterns:
            raise ArgumentError("Say what to mask: text, or compiled regular expressions.")
        self._patterns = patterns

    def text(self, text: str) -> str:
        """Mask the words in a text."""
        for pattern in self._patterns:
            text = pattern.sub(_mask, text)
        return text

    def value(self, value: Any, *, numbers: bool = True) -> Any:
        """Mask the words in the texts of a JSON value, keys included.

        Args:
            value: The value.
            numbers: Also mask numbers that contain a word.

        Returns:
            A copy.
        """
        if isinstance(value, str):
            return self.text(value)
        if numbers and isinstance(value, (int, float)) and not isinstance(value, bool):
            text = str(value)
            return value if self.text(text) == text else MASK
        if isinstance(value, list):
            return [self.value(item, numbers=numbers) for item in value]
        if isinstance(value, dict):
            return {
                self.text(str(key)): self.value(item, numbers=numbers)
                for key, item in value.items()
            }
        return value

    def pieces(self, pieces: list[str]) -> list[str]:
        """Mask the words in the pieces of one text.

        A word across several pieces is masked in the first of them.

        Args:
            pieces: The pieces.

        Returns:
            The same number of pieces.
        """
        for pattern in self._patterns:
            pieces = _masked(pieces, pattern)
        return pieces

    def events(self, events: list[AnyEvent]) -> Iterator[AnyEvent]:
        """Mask the words in a run's events.

        Args:
            events: All events, in order.

        Yields:
            The masked events.
        """
        blocks: dict[tuple[int, int], list[str]] = {}
        calls: set[tuple[int, int]] = set()
        for event in events:
            if event["type"] == "delta":
                key = event["message"], event["block"]
                blocks.setdefault(key, []).append(event["text"])
                if event["kind"] in {"tool_call", "server_tool_call"}:
                    calls.add(key)
        masked = {
            key: iter(self._arguments(pieces) if key in calls else self.pieces(pieces))
            for key, pieces in blocks.items()
        }
        for event in events:
            row: Any = {key: self._field(key, item) for key, item in event.items()}
            if event["type"] == "delta":
                row["text"] = next(masked[event["message"], event["block"]])
            yield row

    def _arguments(self, pieces: list[str]) -> list[str]:
        """Mask the pieces of a tool call's arguments, also words that JSON escapes."""
        masked = self.pieces(pieces)
        try:
            arguments = json.loads("".join(masked))
        except ValueError:  # cut off, or never JSON
            return masked
        if self.value(arguments) == arguments:
            return masked
        return [MASK, *("" for _ in pieces[1:])]

    def _field(self, key: str, item: Any) -> Any:
        if key in _PLAIN or isinstance(item, (int, float)):
            return item
        if key == "blocks":
            return [
                {name: self._field(name, value) for name, value in each.items()} for each in item
            ]
        return self.value(item, numbers=key not in _FIGURES)


def _pattern(words: Words) -> re.Pattern[str]:
    pattern = words
    if isinstance(words, str):
        # In texts that are JSON the word may have another form: with quotes, line breaks and
        # non-ASCII characters escaped.
        forms = {words, *(json.dumps(words, ensure_ascii=plain)[1:-1] for plain in (True, False))}
        pattern = re.compile("|".join(map(re.escape, sorted(forms))))
    if not isinstance(pattern, re.Pattern) or not isinstance(pattern.pattern, str):
        raise ArgumentTypeError(
            f"Give text or a compiled regular expression of text, not {words!r}."
        )
    if pattern.search("") is not None:
        raise ArgumentError(
            f"{pattern.pattern!r} matches the empty text: everything would be masked."
        )
    return pattern


def _mask(match: re.Match[str]) -> str:
    return MASK if match.group() else ""


def _masked(pieces: list[str], pattern: re.Pattern[str]) -> list[str]:
    found = [match.span() for match in pattern.finditer("".join(pieces)) if match.group()]
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
