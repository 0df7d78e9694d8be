"""Decode frames into events: the inverse of `lg_notebook.wire.encoder`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lg_notebook.wire.encoder import Frame

_MILLISECOND = 1_000_000
_LONG = 15
"""The low nibble that announces a varint with the gap."""
_BITS = 7
_MORE = 0x80
_WIDEST = 63
_PLACE = ("ns", "task", "node", "step")
_NOWHERE: dict[str, Any] = {"ns": [], "task": None, "node": None, "step": None}


class _ByteReader:
    """A buffer that is read from its beginning to its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & ~_MORE) << shift
            shift += _BITS
            if byte < _MORE:
                return value
            if shift > _WIDEST:
                raise ValueError("a number of the buffer has no end")

    @property
    def rest(self) -> int:
        return len(self._data) - self._at


def decode(frames: Iterable[Frame]) -> Iterator[Any]:
    """Decode frames whose buffer is base64 (see `encoder.to_json`).

    A frame holds no place per token: a token has the place of its message. Times are
    rounded down to milliseconds.

    Args:
        frames: The frames of one run, in order, without gaps.

    Yields:
        The events.

    Raises:
        RecordingError: A frame is broken.

    Example:
        >>> frame = to_json(*encode([], first=0))
        >>> list(decode([frame]))
        []
    """
    places: dict[Any, dict[str, Any]] = {}
    after: int | None = None
    for frame in frames:
        try:
            events = [_placed(event, places) for event in _frame(frame, after)]
            after = frame["last"]
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise RecordingError(f"The stored run is broken: {error}.") from error
        yield from events


def _placed(event: dict[str, Any], places: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    """Add the place of its message to an event that has none."""
    if event["type"] == "message-start" and event.get("of") is None:
        places[event["message"]] = {key: event.get(key) for key in _PLACE}
    return {**places.get(event.get("message"), _NOWHERE), **event}


def _frame(frame: Frame, after: int | None) -> list[dict[str, Any]]:
    source = _ByteReader(base64.b64decode(frame["buffer"], validate=True))
    seq, base = _count(frame["first"]), _count(frame["t"])
    if after is not None and seq != after:
        raise ValueError(f"the events from {after} to {seq} are missing")
    events: list[dict[str, Any]] = []
    for item in frame["items"]:
        if isinstance(item, dict):
            events.append({**item, "seq": seq, "type": str(item["type"])})
            seq += 1
            continue
        for event in _batch(item, source, base):
            events.append({**event, "seq": seq})
            seq += 1
    if seq != frame["last"] or source.rest:
        raise ValueError(f"it has {seq - frame['first']} events and says otherwise")
    return events


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is not a number of events, tokens or milliseconds")
    return value


def _batch(item: Any, source: _ByteReader, base: int) -> Iterator[dict[str, Any]]:
    message, block, kind, text, count = item
    if _count(count) > source.rest:  # a byte a token at least
        raise ValueError("a batch has more tokens than the buffer has bytes")
    units = text.encode("utf-16-le")
    at, t = 0, base
    for _ in range(count):
        first = source.byte()
        length = first >> 4 or source.varint()
        gap = first & _LONG
        t += source.varint() if gap == _LONG else gap
        piece = units[2 * at : 2 * (at + length)]
        at += length
        yield {
            "type": "delta",
            "t": t * _MILLISECOND,
            "message": message,
            "block": block,
            "kind": kind,
            "text": piece.decode("utf-16-le", "replace"),
        }
    if 2 * at != len(units):
        raise ValueError("a batch's tokens do not make its text")
