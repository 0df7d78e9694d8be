"""Many plain tokens of one message at once: what a run costs is what it costs per token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.events import AnyEvent, Kind

Arrival = tuple[tuple[tuple[str, ...], str, Any], int]
"""An item of the stream, `(namespace, mode, payload)`, and when it came, in nanoseconds since
the run began."""


class TokenBatch(NamedTuple):
    """Consecutive deltas that carry nothing but text, not spelled out.

    Attributes:
        seq: `seq` of the first.
        at: Where they happened.
        message: Key of the message.
        block: Index of the block.
        pieces: The text of each.
        times: Nanoseconds since the run began, of each.
    """

    seq: int
    at: dict[str, Any]
    message: int
    block: int
    pieces: list[str]
    times: list[int]
    kind: Kind = "text"

    def events(self) -> Iterator[AnyEvent]:
        """The same, spelled out."""
        for seq, (text, t) in enumerate(zip(self.pieces, self.times, strict=True), self.seq):
            event: Any = {
                "type": "delta", "seq": seq, "t": t, **self.at, "message": self.message,
                "block": self.block, "kind": self.kind, "text": text,
            }  # fmt: skip
            yield event
