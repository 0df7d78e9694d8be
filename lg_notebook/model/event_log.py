"""A run's log in columns: a token takes its text and about forty bytes, not a dict."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, cast

from lg_notebook.core.json_size import json_size
from lg_notebook.model.message import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.events import AnyEvent, Delta
    from lg_notebook.model.message import Message

PLAIN_DELTA = 11
"""Number of keys of a delta that carries nothing but text."""


class Log:
    """Every event of a run, in order, numbered densely from 0.

    Each event is one reference. For a plain delta it is the number of a block, which holds the
    text, the time and the `seq`. For any other event it is `~` its index among those.

    One thread writes, and any thread may read at the same time. A reference is appended last,
    after everything that it refers to.

    Attributes:
        number: The number of each block, by its message's key and its index there.

    Example:
        >>> log = Log()
        >>> log.append({"type": "update", "seq": 0, "t": 5, "data": {}})
        >>> len(log), log.time(0)
        (1, 5)
    """

    def __init__(self) -> None:
        self._refs = array("i")
        self._marks = array("I")  # the seq of each event of the rest
        self._rest: list[AnyEvent] = []
        self._blocks: list[Block] = []
        self.number: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self._refs)

    def append(self, event: AnyEvent) -> None:
        """Append an event as it is."""
        self._rest.append(event)
        self._marks.append(len(self._refs))
        self._refs.append(~(len(self._rest) - 1))

    def extend(self, number: int, pieces: list[str], times: list[int]) -> None:
        """Append plain deltas of one block."""
        block = self._blocks[number]
        block.pieces += pieces
        block.times.extend(times)
        first = len(self._refs)
        block.seqs.extend(range(first, first + len(pieces)))
        self._refs.extend([number] * len(pieces))

    def characters(self) -> int:
        """Count the characters of all blocks."""
        return sum(len(piece) for block in self._blocks for piece in block.pieces)

    def media(self) -> int:
        """Sum up the sizes of the images, audio clips and files, as JSON in bytes."""
        return sum(json_size(data) for block in self._blocks for data in block.data)

    def add(self, message: Message, event: Delta) -> int:
        """Add a block to a message; return its number."""
        block = Block(message, event["block"], event["kind"])
        message.add(block)
        number = self.number[message.key, block.index] = len(self._blocks)
        self._blocks.append(block)
        return number

    def piece(self, number: int, event: Delta) -> None:
        """Append a delta of a block that exists."""
        block = self._blocks[number]
        block.pieces.append(event["text"])
        block.times.append(event["t"])
        block.seqs.append(len(self._refs))
        if len(event) == PLAIN_DELTA:
            self._refs.append(number)
            return
        block.call_id = event.get("call_id") or block.call_id
        block.name = event.get("name") or block.name
        if "data" in event:
            block.data.append(event["data"])
        self.append(event)

    def time(self, seq: int) -> int:
        """Return an event's time, in nanoseconds since the run began."""
        ref = self._refs[seq]
        if ref < 0:
            return self._rest[~ref]["t"]
        block = self._blocks[ref]
        return block.times[bisect_left(block.seqs, seq)]

    def parts(self, first: int, last: int) -> Iterator[AnyEvent | tuple[Block, int, int]]:
        """Iterate over a part of the log, with the plain deltas grouped by block.

        Groups never cross another event.

        Args:
            first: `seq` of the first event.
            last: `seq` after the last one.

        Yields:
            An event, as it was kept; or a block, its first piece, and the end of its pieces.
        """
        at = first
        mark = bisect_left(self._marks, first)
        while at < last:
            end = min(self._marks[mark], last) if mark < len(self._marks) else last
            for number in dict.fromkeys(self._refs[at:end]):
                block = self._blocks[number]
                yield block, bisect_left(block.seqs, at), bisect_left(block.seqs, end)
            if end < last:
                yield self._rest[mark]
                mark += 1
            at = end + 1

    def events(self, first: int = 0, last: int | None = None) -> Iterator[AnyEvent]:
        """Iterate over the events of a part of the log.

        Args:
            first: `seq` of the first event.
            last: `seq` after the last one; by default the log's end.
        """
        at: dict[int, int] = {}  # the index of the next piece, by block
        for seq in range(first, len(self._refs) if last is None else last):
            ref = self._refs[seq]
            if ref < 0:
                yield cast("AnyEvent", {**self._rest[~ref], "seq": seq})
                continue
            block = self._blocks[ref]
            index = at.get(ref, 0)
            if index >= len(block.seqs) or block.seqs[index] != seq:
                index = bisect_left(block.seqs, seq)
            at[ref] = index + 1
            message = block.message
            yield {
                "type": "delta",
                "seq": seq,
                "t": block.times[index],
                "ns": list(message.namespace),
                "task": message.task,
                "node": message.node,
                "step": message.step,
                "message": message.key,
                "block": block.index,
                "kind": block.kind,
                "text": block.pieces[index],
            }
