"""A batch of plain tokens of one message: the cost per token dominates the cost of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.events import AnyEvent, Kind

Arrival = tuple[tuple[tuple[str, ...], str, Any], int]
"""A stream item, `(namespace, mode, payload)`, and its time of arrival, in nanoseconds since the
run began."""


class TokenBatch(NamedTuple):
    """Consecutive deltas of one block that have only text, in columns.

    Attributes:
        seq: `seq` of the first delta.
        at: The place of the deltas: `ns`, `task`, `node` and `step`.
        message: Key of the message.
        block: Index of the block.
        pieces: The text of each delta.
        times: The time of each delta, in nanoseconds since the run began.
        kind: The kind of the block.

    Example:
        >>> batch = TokenBatch(7, place(), 0, 0, ["Hel", "lo"], [10, 20])
        >>> [event["seq"] for event in batch.events()]
        [7, 8]
    """

    seq: int
    at: dict[str, Any]
    message: int
    block: int
    pieces: list[str]
    times: list[int]
    kind: Kind = "text"

    def events(self) -> Iterator[AnyEvent]:
        """Iterate over the deltas as events."""
        for seq, (text, t) in enumerate(zip(self.pieces, self.times, strict=True), self.seq):
            event: Any = {
                "type": "delta", "seq": seq, "t": t, **self.at, "message": self.message,
                "block": self.block, "kind": self.kind, "text": text,
            }  # fmt: skip
            yield event
