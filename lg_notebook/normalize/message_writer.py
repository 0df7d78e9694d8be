"""Write the events of one message: its start, its deltas, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.model.token_batch import TokenBatch
from lg_notebook.normalize.content import pieces
from lg_notebook.normalize.content_blocks import MEDIA
from lg_notebook.normalize.message_form import MessageForm
from lg_notebook.normalize.token_batches import masked
from lg_notebook.privacy.media_budget import MediaBudget
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lg_notebook.events import Kind, Origin
    from lg_notebook.normalize.content_blocks import Piece
    from lg_notebook.normalize.event_writer import EventWriter
    from lg_notebook.normalize.tracked_message import TrackedMessage
    from lg_notebook.privacy.redactor import Redactor

METADATA_BUDGET = 65_536
"""Bytes of JSON, about, that one message's metadata may take."""


class MessageWriter:
    """Writes the events of a run's messages.

    Args:
        writer: Writes the events.
        redactor: Masks secrets in them.
    """

    def __init__(self, writer: EventWriter, redactor: Redactor) -> None:
        self._writer = writer
        self._redactor = redactor
        self._media = MediaBudget()

    def start(
        self, entry: TrackedMessage, message: Any, origin: Origin, of: int | None = None
    ) -> None:
        """Write the start of a message.

        Args:
            entry: The message.
            message: Its first chunk, or the whole message.
            origin: The way it arrived.
            of: With origin `resent`, the key of the repeated message.
        """
        self._writer.write(
            "message-start",
            entry.at,
            message=entry.key,
            id=message.id,
            role=entry.role,
            name=getattr(message, "name", None),
            origin=origin,
            of=of,
            tool_call_id=getattr(message, "tool_call_id", None),
            metadata=payload(dict(entry.meta), self._redactor, METADATA_BUDGET),
        )

    def add_tokens(self, entry: TrackedMessage, pieces: list[str], times: list[int]) -> TokenBatch:
        """Add plain tokens to a message.

        Args:
            entry: The message.
            pieces: The texts of the tokens, without halves of surrogate pairs.
            times: The time of each token, in nanoseconds since the run began.
        """
        entry.text += pieces
        block = entry.blocks.get("text")
        if block is None:
            block = entry.open("text", "text", self._redactor.stream_mask())
            entry.mask = entry.masks[block]
        pieces, times = masked(entry, pieces, times)
        seq = self._writer.seq
        self._writer.seq += len(pieces)
        return TokenBatch(seq, entry.at, entry.key, block, pieces, times)

    def write_deltas(self, entry: TrackedMessage, message: Any) -> None:
        """Write the deltas of a chunk, or of a whole message.

        Args:
            entry: The message.
            message: The chunk or whole message.
        """
        for name, kind, piece, more in pieces(message):
            block = self._block(entry, name, kind, more)
            if block is None:
                continue
            if kind == "text":
                entry.text.append(piece)
            if kind != "text" or more:
                entry.form.add(block, entry.kinds[block], piece, more)
            text = entry.join_surrogates(piece)
            mask = entry.masks[block]
            if mask is not None:
                text = mask.add(text)
            extra = dict(more)
            if "data" in extra:
                extra["data"] = self._data(entry.kinds[block], extra["data"])
            if text or extra:
                self._delta(entry, block, text, extra)
        entry.note(message)

    def _block(
        self, entry: TrackedMessage, name: Any, kind: Kind, more: Mapping[str, Any]
    ) -> int | None:
        """Find the block of a piece, or open it; None if the piece is of a tool call."""
        if kind == "tool_call":
            # Some models give every call the same index; the id distinguishes them.
            open_call = entry.calls.get(name, (name, None))
            call_id = more.get("call_id") or open_call[1]
            if open_call[1] is not None and call_id != open_call[1]:
                open_call = (name, call_id), call_id
            entry.calls[name] = open_call[0], call_id
            name = open_call[0]
        block = entry.blocks.get(name)
        if block is None and kind != "input_json_delta":
            block = entry.open(name, kind, self._redactor.stream_mask())
            if name == "text":
                entry.mask = entry.masks[block]
        return block

    def _data(self, kind: Kind, data: Any) -> Any:
        return (self._media.take if kind in MEDIA else payload)(data, self._redactor)

    def finish(
        self, entry: TrackedMessage, final: str | None = None, blocks: list[Piece] | None = None
    ) -> None:
        """Finish a message.

        Args:
            entry: The message.
            final: Its final text, if that differs from its tokens.
            blocks: Its final blocks, if others than its text differ.
        """
        self.flush(entry)
        entry.done = True
        if final is not None:
            entry.text = [final]
        more: dict[str, Any] = {}
        if blocks is not None:
            entry.form = MessageForm()
            for name, kind, text, fields in blocks:
                entry.form.add(name, kind, text, fields)
            more["blocks"] = [self._final(*piece[1:]) for piece in blocks]
        self._writer.write(
            "message-finish",
            entry.at,
            message=entry.key,
            usage=entry.usage,
            finish_reason=entry.reason,
            revised=final is not None or blocks is not None,
            text=None if final is None else self._redactor.text(final),
            **more,
        )

    def _final(self, kind: Kind, text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        block = {"kind": kind, "text": self._redactor.text(text), **fields}
        if "data" in block:
            block["data"] = self._data(kind, block["data"])
        return block

    def name(self, entry: TrackedMessage) -> None:
        """Write the id that a message has got in the state.

        Args:
            entry: The message.
        """
        self._writer.write(
            "message-finish", entry.at, message=entry.key, usage=entry.usage,
            finish_reason=entry.reason, revised=False, text=None, id=entry.id,
        )  # fmt: skip

    def flush(self, entry: TrackedMessage) -> None:
        """Write the text that is held back.

        Args:
            entry: The message.
        """
        if entry.half_pair:  # the other half is missing
            entry.half_pair = ""
            self._delta(entry, len(entry.kinds) - 1, "\ufffd", {})
        for block, mask in enumerate(entry.masks):
            rest = mask.flush() if mask is not None else ""
            if rest:
                self._delta(entry, block, rest, {})

    def _delta(self, entry: TrackedMessage, block: int, text: str, more: Mapping[str, Any]) -> None:
        kind: Kind = entry.kinds[block]
        at = entry.at
        self._writer.write(
            "delta", at, message=entry.key, block=block, kind=kind, text=text, **more
        )
