"""The wire: a stretch of a run's log as one small message.

A *frame* covers the events with `first <= seq < last`:

```text
{"kind": "frame" | "snapshot", "run": 0, "first": 12, "last": 47, "t": 1834, "items": […]}
+ one binary buffer
```

- An item that is an object is an event without `seq` (positions are implied: an object
  counts one, a batch counts its tokens).
- An item that is a list `[message, block, kind, text, count]` is a *batch*: `count`
  deltas of one block, their text joined. Deltas of several blocks that interleave are
  grouped block by block, as long as no other event lies between them: the fold gives
  the same state, and parallel nodes cost no more than one.
- The buffer holds, batch after batch, one entry per token: a byte whose high nibble is
  the token's length in UTF-16 code units (0: a varint with the length follows) and whose
  low nibble is the gap in whole milliseconds (15: a varint with the gap follows, after
  the length's if there are both). A batch's first gap counts from the frame's `t`
  (milliseconds), the others from the token before. Varints are LEB128, unsigned.

A frame thus costs one byte per token beyond the text at full speed, two at the speed of
a hosted model. In JSON (recordings inside a notebook's metadata) the buffer is base64.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, TypeAlias

from lg_notebook.log import PLAIN_DELTA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lg_notebook.events import AnyEvent

Frame: TypeAlias = dict[str, Any]

_ESCAPE_GAP = 15
_MAX_NIBBLE_LENGTH = 15
_MILLISECOND = 1_000_000


def _varint(value: int, out: bytearray) -> None:
    while value > 0x7F:  # noqa: PLR2004 - LEB128's seven bits
        out.append(0x80 | value & 0x7F)
        value >>= 7
    out.append(value)


def _units(text: str) -> int:
    """Length in UTF-16 code units, which is what JavaScript counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _whole(text: str) -> str:
    """The text as it may travel: halves of a surrogate pair joined, lone ones replaced.

    Some servers split an emoji between two chunks. A lone half cannot be encoded as
    UTF-8 and would take the whole message down with it.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def encode(
    events: Iterable[AnyEvent], *, run: int = 0, first: int, kind: str = "frame"
) -> tuple[Frame, bytes]:
    """Encode consecutive events as a frame.

    Args:
        events: Events with `seq` first, first + 1, …
        run: Number of the run within its widget, from 0.
        first: `seq` of the first event (the frame's, if there are no events).
        kind: `frame` or `snapshot`.

    Returns:
        The frame, JSON-ready, and its buffer.

    Example:
        >>> frame, buffer = encode([], first=3)
        >>> frame["first"], frame["last"], buffer
        (3, 3, b'')
    """
    items: list[Any] = []
    open_batches: dict[tuple[int, int, str], list[Any]] = {}
    tokens: dict[int, bytearray] = {}
    clocks: dict[tuple[int, int, str], int] = {}
    base: int | None = None
    last = first
    for event in events:
        last += 1
        if base is None:
            base = event["t"] // _MILLISECOND
        if event["type"] != "delta" or len(event) > PLAIN_DELTA:
            open_batches.clear()
            clocks.clear()
            items.append({key: value for key, value in event.items() if key != "seq"})
            continue
        key = (event["message"], event["block"], event["kind"])
        batch = open_batches.get(key)
        if batch is None:
            batch = open_batches[key] = [*key, [], 0]
            tokens[len(items)] = bytearray()
            batch.append(len(items))
            items.append(batch)
            clocks[key] = base
        text = event["text"]
        now = event["t"] // _MILLISECOND
        gap = max(now - clocks[key], 0)
        clocks[key] = now
        length = _units(text)
        out = tokens[batch[5]]
        short = 0 < length <= _MAX_NIBBLE_LENGTH
        quick = gap < _ESCAPE_GAP
        out.append((length << 4 if short else 0) | (gap if quick else _ESCAPE_GAP))
        if not short:
            _varint(length, out)
        if not quick:
            _varint(gap, out)
        batch[3].append(text)
        batch[4] += 1
    for index in tokens:
        batch = items[index]
        batch[3] = _whole("".join(batch[3]))
        del batch[5]
    frame: Frame = {
        "kind": kind,
        "run": run,
        "first": first,
        "last": last,
        "t": base or 0,
        "items": items,
    }
    return frame, b"".join(tokens.values())


def to_json(frame: Frame, buffer: bytes) -> Frame:
    """Put a frame and its buffer into one JSON value, the buffer as base64 under `buffer`."""
    return {**frame, "buffer": base64.b64encode(buffer).decode("ascii")}
