"""Encode a part of a run's log as one small frame.

A *frame* covers the events with `first <= seq < last`:

```text
{"kind": "frame" | "snapshot", "run": 0, "first": 12, "last": 47, "t": 1834, "items": […]}
+ one binary buffer
```

- An item that is an object is an event without `seq`. Positions are implied: an object
  counts one, a batch counts its tokens.
- An item that is a list `[message, block, kind, text, count]` is a *batch*: `count`
  deltas of one block, with their texts joined. Interleaved deltas of several blocks are
  grouped by block, up to the next other event. The folded state is the same, and
  parallel nodes take no more space than one.
- The buffer holds one entry per token, batch after batch. An entry starts with one byte.
  Its high nibble is the token's length in UTF-16 code units; 0 means that a varint with
  the length follows. Its low nibble is the gap in whole milliseconds; 15 means that a
  varint with the gap follows, after that of the length. The first gap of a batch counts
  from the frame's `t` (milliseconds), the others from the token before. Varints are
  unsigned LEB128.

At full speed, a frame takes one byte per token beyond the text; at the speed of a hosted
model it takes two. In JSON (a run in a notebook's output) the buffer is base64.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, TypeAlias

from lg_notebook.core.text import sound
from lg_notebook.model.event_log import PLAIN_DELTA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.event_log import Log

Frame: TypeAlias = dict[str, Any]

MIME = "application/vnd.lg-notebook.run+json"
"""The MIME type of a stored run."""

_ESCAPE = 15
_MILLISECOND = 1_000_000


def _varint(value: int, out: bytearray) -> None:
    while value > 0x7F:  # noqa: PLR2004 - LEB128's seven bits
        out.append(0x80 | value & 0x7F)
        value >>= 7
    out.append(value)


def _units(text: str) -> int:
    """Count UTF-16 code units, as JavaScript does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pack(pieces: list[str], text: str, times: list[int], base: int) -> bytes:
    """Pack one entry per token, with its length and its gap.

    Args:
        pieces: The tokens of a batch.
        text: The same tokens joined.
        times: Their times of arrival, in milliseconds.
        base: The frame's time, in milliseconds.
    """
    lengths = [len(p) for p in pieces] if text.isascii() else [_units(p) for p in pieces]
    gaps = [now - before for before, now in zip([base, *times], times, strict=False)]
    if min(lengths) > 0 and max(lengths) < _ESCAPE and 0 <= min(gaps) <= max(gaps) < _ESCAPE:
        # The usual case, in one step: this code runs for every token of a run.
        return bytes([length << 4 | gap for length, gap in zip(lengths, gaps, strict=True)])
    out = bytearray()
    for length, gap in zip(lengths, gaps, strict=True):
        short = 0 < length <= _ESCAPE
        quick = gap < _ESCAPE  # below 0 only in a log that another program wrote
        out.append((length << 4 if short else 0) | (max(gap, 0) if quick else _ESCAPE))
        if not short:
            _varint(length, out)
        if not quick:
            _varint(gap, out)
    return bytes(out)


class _FrameWriter:
    """Collects the items of one frame."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.items: list[Any] = []
        self.buffers: list[bytes] = []

    def event(self, event: AnyEvent) -> None:
        self.items.append({key: value for key, value in event.items() if key != "seq"})

    def batch(self, message: int, block: int, kind: str, pieces: list[str], times: Any) -> None:
        text = "".join(pieces)
        whole = sound(text)
        milliseconds = [t // _MILLISECOND for t in times]
        self.items.append([message, block, kind, whole, len(pieces)])
        self.buffers.append(_pack(pieces, text, milliseconds, self.base))

    def frame(self, kind: str, run: int, first: int, last: int) -> tuple[Frame, bytes]:
        head = {"kind": kind, "run": run, "first": first, "last": last, "t": self.base}
        return {**head, "items": self.items}, b"".join(self.buffers)


def encode(
    events: Iterable[AnyEvent], *, run: int = 0, first: int, kind: str = "frame"
) -> tuple[Frame, bytes]:
    """Encode consecutive events as a frame.

    Args:
        events: Events with `seq` first, first + 1, …
        run: Number of the run within its widget, from 0.
        first: `seq` of the first event, also if there are no events.
        kind: `frame`, `snapshot` or `stored`.

    Returns:
        The frame, JSON-ready, and its buffer.

    Example:
        >>> frame, buffer = encode([], first=3)
        >>> frame["first"], frame["last"], buffer
        (3, 3, b'')
    """
    writer: _FrameWriter | None = None
    batches: dict[tuple[int, int, str], tuple[list[str], list[int]]] = {}
    last = first

    def flush(writer: _FrameWriter) -> None:
        for (message, block, what), (pieces, times) in batches.items():
            writer.batch(message, block, what, pieces, times)
        batches.clear()

    for event in events:
        last += 1
        writer = writer or _FrameWriter(event["t"] // _MILLISECOND)
        if event["type"] == "delta" and len(event) == PLAIN_DELTA:
            key = (event["message"], event["block"], event["kind"])
            pieces, times = batches.setdefault(key, ([], []))
            pieces.append(event["text"])
            times.append(event["t"])
        else:
            flush(writer)
            writer.event(event)
    writer = writer or _FrameWriter(0)
    flush(writer)
    return writer.frame(kind, run, first, last)


def encode_log(
    log: Log, *, run: int = 0, first: int = 0, last: int | None = None, kind: str = "frame"
) -> tuple[Frame, bytes]:
    """Encode a part of a log; as `encode`, but faster.

    Args:
        log: The log.
        run: Number of the run within its widget, from 0.
        first: `seq` of the first event.
        last: `seq` after the last event; by default the log's end.
        kind: `frame`, `snapshot` or `stored`.

    Returns:
        The frame, JSON-ready, and its buffer.

    Example:
        >>> frame, buffer = encode_log(data_of(run).log, first=0, last=10)
        >>> frame["last"]
        10
    """
    last = len(log) if last is None else last
    writer = _FrameWriter(log.time(first) // _MILLISECOND if first < last else 0)
    for part in log.parts(first, last):
        if isinstance(part, dict):
            writer.event(part)
        else:
            block, start, end = part
            pieces, times = block.pieces[start:end], block.times[start:end]
            writer.batch(block.message.key, block.index, block.kind, pieces, times)
    return writer.frame(kind, run, first, last)


def to_json(frame: Frame, buffer: bytes) -> Frame:
    """Put a frame and its buffer into one JSON value, the buffer as base64 under `buffer`.

    Example:
        >>> to_json({"first": 0}, b"")
        {'first': 0, 'buffer': ''}
    """
    return {**frame, "buffer": base64.b64encode(buffer).decode("ascii")}
