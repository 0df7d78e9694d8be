"""Which chunks are one message: from `(message_chunk, metadata)` to message events.

No message is shown twice: tokens, then the whole message from the node, then once more from
a parent graph, are one entry that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.model.token_batch import TokenBatch
from lg_notebook.normalize.content import RemoteMessage, content_text, pieces
from lg_notebook.normalize.token_batches import masked, plain_tokens
from lg_notebook.normalize.tracked_message import TrackedMessage, role, usage
from lg_notebook.privacy.media_budget import Allowance
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lg_notebook.events import Kind, Origin
    from lg_notebook.model.token_batch import Arrival
    from lg_notebook.normalize.event_writer import EventWriter
    from lg_notebook.normalize.tool_call_tracker import Calls
    from lg_notebook.privacy.redactor import Redactor

METADATA_BUDGET = 65_536
"""Bytes of JSON, about, that one message's metadata may take."""

_AGENT = "lc_agent_name"


class Transcript:
    """The messages of a run.

    Args:
        scribe: Writes the events.
        redactor: Masks secrets in them.
        calls: The run's tool calls; tools' messages end them.

    Attributes:
        entries: The messages, in order.
    """

    def __init__(self, scribe: EventWriter, redactor: Redactor, calls: Calls) -> None:
        self._scribe = scribe
        self._media = Allowance()
        self._calls = calls
        self._redactor = redactor
        self.entries: list[TrackedMessage] = []
        self._by_call: dict[int, TrackedMessage] = {}  # id of the metadata object → one model call
        self._by_id: dict[str, TrackedMessage | None] = {}  # None: known, but not shown

    # ---- what streams ---------------------------------------------------------------

    def stretch(
        self, items: Sequence[Arrival], start: int, end: int
    ) -> tuple[TokenBatch | None, int]:
        """The hot path: plain tokens of a model call that is under way.

        LangGraph passes the same metadata object with every token of a call
        (`pregel/_messages.py`, `StreamMessagesHandler`).

        Args:
            items: Items of the stream.
            start: Index of the first to look at.
            end: Index after the last one.

        Returns:
            As many such tokens as come next, if any, and the index of the item after them.
        """
        meta = items[start][0][2][1]
        entry = self._by_call.get(id(meta))
        if entry is None or entry.meta is not meta or entry.half:
            return None, start
        pieces, times, after = plain_tokens(items, start, end, meta)
        return (self.lengthen(entry, pieces, times) if pieces else None), after

    def lengthen(self, entry: TrackedMessage, pieces: list[str], times: list[int]) -> TokenBatch:
        """Add plain tokens to a message.

        Args:
            entry: The message.
            pieces: Their texts, without halves of surrogate pairs.
            times: Nanoseconds since the run began, of each.
        """
        entry.text += pieces
        block = entry.blocks.get("text")
        if block is None:
            block = entry.open("text", "text", self._redactor.pieces())
            entry.mask = entry.masks[block]
        pieces, times = masked(entry, pieces, times)
        seq = self._scribe.seq
        self._scribe.seq += len(pieces)
        return TokenBatch(seq, entry.at, entry.key, block, pieces, times)

    def is_new(self, meta: object) -> bool:
        """Whether the metadata is of no model call that is under way."""
        return id(meta) not in self._by_call

    def take(self, ns: Sequence[str], chunk: Any, meta: Any) -> None:
        """Take whatever the `messages` mode gave.

        Args:
            ns: Namespace of the graph that it comes from.
            chunk: A chunk or a whole message, as an object or as a server's dict.
            meta: Its metadata.
        """
        if isinstance(chunk, dict):
            chunk = RemoteMessage(chunk)
        if chunk.type == "remove":
            return  # nothing was said; the node's update tells which messages it removed
        if not _is_piece(chunk, meta):
            self.whole(TrackedMessage(-1, ns, meta), chunk)
            return
        entry = self._by_call.get(id(meta))
        if entry is None or entry.meta is not meta:
            entry = self._under_way(chunk, meta) or self._add(ns, chunk, meta, "streamed")
            if entry.meta is meta:  # kept, so that its id stays its own
                self._by_call[id(meta)] = entry
        self.say(entry, chunk)
        if getattr(chunk, "chunk_position", None) == "last":
            self.finish(entry)

    def hear(self, ns: Sequence[str], message: Any, meta: Any) -> None:
        """Take what a text-completion model said (see `prompted`).

        What it answers is a text: its node may yet return that, as a message with another id.

        Args:
            ns: Namespace of the graph that it comes from.
            message: A chunk or a whole message.
            meta: Its metadata.
        """
        if _is_piece(message, meta):
            self.take(ns, message, meta)
        else:
            entry = self._show(ns, message, meta, "returned")
            entry.taken.discard(entry.path)

    def _under_way(self, chunk: Any, meta: Mapping[str, Any]) -> TrackedMessage | None:
        """The entry of a remote chunk.

        From a server every chunk has a metadata object of its own: there the id tells, within
        its task.
        """
        known = self._by_id.get(chunk.id or "") if isinstance(chunk, RemoteMessage) else None
        same_task = known is not None and known.path == (meta.get("langgraph_checkpoint_ns") or "")
        return known if same_task else None

    # ---- what comes whole -----------------------------------------------------------

    def whole(self, here: TrackedMessage, message: Any) -> None:
        """Take a message that arrives in one piece: a repetition, or a new one.

        Args:
            here: Where it comes from; an entry of no message yet.
            message: The message.
        """
        original = self._original(message, here.path)
        if original is None:
            if message.id not in self._by_id:  # else it is from before this run
                entry = self._show(here.at["ns"], message, here.meta, "returned")
                entry.replayed = here.replayed
            return
        self._revise(original, message)
        if here.path != original.path and not original.shared:
            here.key, here.role = original.key, original.role
            self._announce(here, message, "resent", original.key)
        if message.id:
            self._by_id[message.id] = original
        original.taken.add(here.path)

    def settle(self, here: TrackedMessage, message: Any) -> None:
        """Take a message that a node wrote into the state: mostly one that was seen.

        Args:
            here: The node.
            message: The message in its final form.
        """
        known = self._by_id.get(message.id or "")
        if known is not None:
            self._revise(known, message)
        elif message.id not in self._by_id:
            self.whole(here, message)

    def agent(self, ns: Sequence[str]) -> dict[str, str]:
        """The metadata that names the agent whose graph it is; empty where none has spoken there.

        Args:
            ns: The graph's namespace.
        """
        for entry in reversed(self.entries):
            if entry.at["ns"] == list(ns) and _AGENT in entry.meta:
                return {_AGENT: entry.meta[_AGENT]}
        return {}

    def given(self, message: Any) -> None:
        """Show a message of the run's input."""
        self._show((), message, {}, "input")

    def is_unknown(self, message: Any) -> bool:
        """Whether a message of the state was neither seen nor passed over."""
        return bool(message.id) and message.id not in self._by_id

    def pass_over(self, message: Any) -> None:
        """Know a message of the state without showing it: it is from before the run."""
        self._by_id[message.id] = None

    def close(self, task: str) -> None:
        """Finish the messages of a task that ended.

        Older versions of langchain-core mark no chunk as the last.
        """
        for entry in self.entries:
            if entry.task == task and not entry.done:
                self.finish(entry)

    def flush(self) -> None:
        """Let out whatever is held back."""
        for entry in self.entries:
            self._flush(entry)

    # ---- how ------------------------------------------------------------------------

    def _original(self, message: Any, path: str) -> TrackedMessage | None:
        """The entry that a whole message repeats.

        By id; else by text among the messages of the same task and of the subgraphs below it,
        since supervisors and nodes hand messages on under new ids.
        """
        if message.id in self._by_id:
            return self._by_id[message.id]
        text = content_text(message)
        if not text:
            return None
        for entry in reversed(self.entries):
            if (
                (entry.path.startswith(path) or (entry.shared and path.startswith(entry.path)))
                and path not in entry.taken
                and entry.role == role(message)
                and entry.call_id == getattr(message, "tool_call_id", None)
                and entry.says(text)
            ):
                return entry
        return None

    def _show(
        self, ns: Sequence[str], message: Any, meta: Mapping[str, Any], origin: Origin
    ) -> TrackedMessage:
        entry = self._add(ns, message, meta, origin)
        entry.made = is_made_by_a_model(message)
        entry.taken.add(entry.path)
        self.say(entry, message)
        self.finish(entry)
        if entry.call_id is not None and entry.role == "tool":
            self._calls.answered(entry.at, message)
        return entry

    def _add(
        self, ns: Sequence[str], message: Any, meta: Mapping[str, Any], origin: Origin
    ) -> TrackedMessage:
        return self._enter(TrackedMessage(-1, ns, meta), message, origin)

    def open(self, here: TrackedMessage, message: Any) -> TrackedMessage:
        """Begin a message of custom payloads.

        Args:
            here: Where it comes from; an entry of no message yet, which becomes this one's.
            message: Its first part.
        """
        here.custom = True
        return self._enter(here, message, "streamed")

    def _enter(self, entry: TrackedMessage, message: Any, origin: Origin) -> TrackedMessage:
        entry.key = len(self.entries)
        entry.id = message.id
        entry.origin = origin
        entry.role = role(message)
        entry.call_id = getattr(message, "tool_call_id", None)
        self.entries.append(entry)
        if message.id:
            self._by_id[message.id] = entry
        self._announce(entry, message, origin, None)
        return entry

    def _announce(
        self, entry: TrackedMessage, message: Any, origin: Origin, of: int | None
    ) -> None:
        self._scribe.write(
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

    def say(self, entry: TrackedMessage, message: Any) -> None:
        """Write the deltas of a chunk, or of a whole message."""
        for name, kind, piece, more in pieces(message):
            block = entry.blocks.get(name)
            if block is None:
                block = entry.open(name, kind, self._redactor.pieces())
                if name == "text":
                    entry.mask = entry.masks[block]
            if kind == "text":
                entry.text.append(piece)
            text = entry.whole(piece)
            mask = entry.masks[block]
            if mask is not None:
                text = mask.feed(text)
            extra = dict(more)
            if "data" in extra:
                take = payload if kind == "other" else self._media.take
                extra["data"] = take(extra["data"], self._redactor)
            if text or extra:
                self._delta(entry, block, text, extra)
        entry.note(message)

    def _delta(self, entry: TrackedMessage, block: int, text: str, more: Mapping[str, Any]) -> None:
        kind: Kind = entry.kinds[block]
        at = entry.at
        self._scribe.write(
            "delta", at, message=entry.key, block=block, kind=kind, text=text, **more
        )

    def _flush(self, entry: TrackedMessage) -> None:
        if entry.half:  # the other half never came
            entry.half = ""
            self._delta(entry, len(entry.kinds) - 1, "\ufffd", {})
        for block, mask in enumerate(entry.masks):
            rest = mask.flush() if mask is not None else ""
            if rest:
                self._delta(entry, block, rest, {})

    def finish(self, entry: TrackedMessage, final: str | None = None) -> None:
        """Finish a message; with the text that it ended up with, if that is another one."""
        self._flush(entry)
        entry.done = True
        if final is not None:
            entry.text = [final]
        self._scribe.write(
            "message-finish",
            entry.at,
            message=entry.key,
            usage=entry.usage,
            finish_reason=entry.reason,
            revised=final is not None,
            text=None if final is None else self._redactor.text(final),
        )

    def _revise(self, entry: TrackedMessage, message: Any) -> None:
        """Finish an entry with what its final message says."""
        final = content_text(message)
        changed = not entry.says(final)
        counted = None if entry.usage else usage(getattr(message, "usage_metadata", None))
        if changed or counted is not None or not entry.done:
            entry.usage = counted or entry.usage
            self.finish(entry, final if changed else None)


def is_made_by_a_model(message: Any) -> bool:
    """Whether a message bears a chat model's marks.

    LangChain names a message after the run that made it, `run-…` or `lc_run-…`; providers with
    ids of their own say something of their answer.
    """
    return (message.id or "").startswith(("run-", "lc_run-")) or bool(message.response_metadata)


def _is_piece(chunk: Any, meta: Mapping[str, Any]) -> bool:
    """Whether it is a part of a message that a model is streaming.

    A chunk without a model's metadata is a message that a node returned: nodes may put the
    sum of their chunks into the state.
    """
    if isinstance(chunk, RemoteMessage):
        return chunk.is_chunk
    return type(chunk).__name__.endswith("Chunk") and is_of_a_call(meta)


def is_of_a_call(meta: Mapping[str, Any]) -> bool:
    """Whether metadata is a model call's, rather than a node's.

    A model may override which of them it tells (`BaseChatModel._get_ls_params`).
    """
    return "ls_model_type" in meta or any(
        key.startswith("ls_") and key != "ls_integration" for key in meta
    )
