"""Reads frames back into events, as the front end does: written from `wire`'s description."""

from __future__ import annotations

import base64
from collections import deque
from typing import Any

MS = 1_000_000


class _Bytes:
    def __init__(self, data: bytes):
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    @property
    def used_up(self) -> bool:
        return self._at == len(self._data)


def decode(frame: dict[str, Any], buffer: bytes | None = None) -> list[dict[str, Any]]:
    """The events of a frame; a batch's deltas without their place, one after the other.

    A place (`ns`, `task`, …) is not on the wire for a token: it is its message's.
    """
    bytes_ = _Bytes(base64.b64decode(frame["buffer"]) if buffer is None else buffer)
    events: list[dict[str, Any]] = []
    for item in frame["items"]:
        if isinstance(item, dict):
            events.append(dict(item))
            continue
        message, block, kind, text, count = item
        units = deque(text.encode("utf-16-le"))
        t = frame["t"]
        for _ in range(count):
            first = bytes_.byte()
            length = first >> 4 or bytes_.varint()
            gap = first & 15
            t += bytes_.varint() if gap == 15 else gap
            piece = bytes(units.popleft() for _ in range(2 * length))
            events.append(
                {
                    "type": "delta",
                    "t": t * MS,
                    "message": message,
                    "block": block,
                    "kind": kind,
                    "text": piece.decode("utf-16-le", "replace"),
                }
            )
        assert not units
    assert bytes_.used_up
    assert len(events) == frame["last"] - frame["first"]
    return [{**event, "seq": frame["first"] + at} for at, event in enumerate(events)]


PLACE = ("ns", "task", "node", "step")


def replay(*frames: tuple[dict[str, Any], bytes] | dict[str, Any]) -> list[dict[str, Any]]:
    """The events of consecutive frames, each token with the place of its message."""
    places: dict[int, dict[str, Any]] = {}
    events = []
    for frame in frames:
        for event in decode(*frame) if isinstance(frame, tuple) else decode(frame):
            if event["type"] == "message-start" and event["of"] is None:
                places[event["message"]] = {key: event[key] for key in PLACE}
            nowhere = {"ns": [], "task": None, "node": None, "step": None}
            events.append({**places.get(event.get("message", -1), nowhere), **event})
    return events
