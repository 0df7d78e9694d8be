"""Track messages: turn the items of the `messages` mode into message events.

No message is shown twice. Its tokens, the whole message from its node, and the same message
from a parent graph belong to one entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.normalize.content import RemoteMessage, content_text
from lg_notebook.normalize.earlier_message import EarlierMessage
from lg_notebook.normalize.message_form import final_blocks
from lg_notebook.normalize.message_origin import is_made_by_a_model, is_of_a_call, is_piece
from lg_notebook.normalize.token_batches import plain_tokens
from lg_notebook.normalize.tracked_message import TrackedMessage, role, usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lg_notebook.events import Origin
    from lg_notebook.model.token_batch import Arrival, TokenBatch
    from lg_notebook.normalize.message_writer import MessageWriter
    from lg_notebook.normalize.tool_call_tracker import ToolCallTracker

_AGENT = "lc_agent_name"


class MessageTracker:
    """Tracks the messages of a run.

    Args:
        writer: Writes the messages' events.
        calls: The run's tool calls; the messages of tools end them.

    Attributes:
        entries: The messages, in order of appearance.
    """

    def __init__(self, writer: MessageWriter, calls: ToolCallTracker) -> None:
        self._writer = writer
        self._calls = calls
        self.entries: list[TrackedMessage] = []
        self._by_call: dict[int, TrackedMessage] = {}  # id of the metadata object → one model call
        self._by_id: dict[str, TrackedMessage | EarlierMessage] = {}
        self._copied: set[int] = set()  # entries that a node wrote into the state without an id
        self._unnamed: dict[tuple[str, ...], list[tuple[TrackedMessage, Any]]] = {}

    # ---- messages that stream -------------------------------------------------------

    def token_batch(
        self, items: Sequence[Arrival], start: int, end: int
    ) -> tuple[TokenBatch | None, int]:
        """Take the next plain tokens of a model call that has begun: the hot path.

        LangGraph passes the same metadata object with every token of a call
        (`pregel/_messages.py`, `StreamMessagesHandler`).

        Args:
            items: Stream items.
            start: Index of the first item.
            end: Index after the last one.

        Returns:
            A batch of tokens, or None, and the index of the item after them.
        """
        meta = items[start][0][2][1]
        entry = self._by_call.get(id(meta))
        if entry is None or entry.meta is not meta or entry.half_pair:
            return None, start
        pieces, times, after = plain_tokens(items, start, end, meta)
        return (self._writer.add_tokens(entry, pieces, times) if pieces else None), after

    def is_new(self, meta: object) -> bool:
        """Whether the metadata belongs to a model call that has no entry yet."""
        return id(meta) not in self._by_call

    def take(self, ns: Sequence[str], chunk: Any, meta: Any) -> None:
        """Take an item of the `messages` mode.

        Args:
            ns: Namespace of the graph that the item comes from.
            chunk: A chunk or a whole message, as an object or as a server's dict.
            meta: Its metadata.
        """
        if isinstance(chunk, dict):
            chunk = RemoteMessage(chunk)
        if chunk.type == "remove":
            return  # it has no content; the node's update names the removed messages
        if not is_piece(chunk, meta):
            entry = self.take_whole(TrackedMessage(-1, ns, meta), chunk)
            if entry is not None and is_of_a_call(meta):
                entry.whole_from.discard(entry.path)  # the model's; the node may return a copy
            return
        entry = self._by_call.get(id(meta))
        if entry is None or entry.meta is not meta:
            entry = self._under_way(chunk, meta) or self._add(ns, chunk, meta, "streamed")
            if entry.meta is meta:  # the entry keeps the object, so that its id stays unique
                self._by_call[id(meta)] = entry
        self._writer.write_deltas(entry, chunk)
        if getattr(chunk, "chunk_position", None) == "last":
            self._writer.finish(entry)

    def take_text_model(self, ns: Sequence[str], message: Any, meta: Any) -> None:
        """Take the output of a text-completion model (see `content.TextModelOutput`).

        The node may still return the same text as a message with another id.

        Args:
            ns: Namespace of the graph that the output comes from.
            message: A chunk or a whole message.
            meta: Its metadata.
        """
        if is_piece(message, meta):
            self.take(ns, message, meta)
        else:
            entry = self._show(ns, message, meta, "returned")
            entry.whole_from.discard(entry.path)

    def _under_way(self, chunk: Any, meta: Mapping[str, Any]) -> TrackedMessage | None:
        """Find the entry of a remote chunk by its id and its task.

        From a server, every chunk has its own metadata object.
        """
        known = self._by_id.get(chunk.id or "") if isinstance(chunk, RemoteMessage) else None
        if not isinstance(known, TrackedMessage):
            return None
        return known if known.path == (meta.get("langgraph_checkpoint_ns") or "") else None

    # ---- messages that arrive whole -------------------------------------------------

    def take_whole(self, here: TrackedMessage, message: Any) -> TrackedMessage | None:
        """Take a message that arrives whole: a repetition or a new message.

        Args:
            here: An empty entry with the message's place and metadata.
            message: The message.

        Returns:
            Its entry; None if it is from before this run and is the same as then.
        """
        earlier = self._by_id.get(message.id or "")
        if isinstance(earlier, EarlierMessage):
            return self._changed(earlier, here, message)
        original = self._original(message, here.path)
        if original is None:
            entry = self._show(here.at["ns"], message, here.meta, "returned")
            entry.replayed = here.replayed
            return entry
        self._revise(original, message)
        if here.path != original.path and not original.shared:
            here.key, here.role = original.key, original.role
            self._writer.start(here, message, "resent", original.key)
        if message.id:
            self._by_id[message.id] = original
        original.whole_from.add(here.path)
        return original

    def take_final(self, here: TrackedMessage, message: Any, ns: tuple[str, ...]) -> None:
        """Take a message that a node wrote into the state; usually it has an entry.

        Args:
            here: An empty entry with the node's place and metadata.
            message: The message in its final form. Without an id, it gets one in the state.
            ns: Namespace of the graph.
        """
        known = self._by_id.get(message.id or "")
        if isinstance(known, TrackedMessage):
            self._revise(known, message)
            return
        entry = self.take_whole(here, message)
        if entry is not None and not message.id:
            self._copied.add(entry.key)
            self._unnamed.setdefault(ns, []).append((entry, message))

    def recognise(self, ns: tuple[str, ...], message: Any) -> bool:
        """Find the entry of a message that has got its id in the state.

        Args:
            ns: Namespace of the graph.
            message: A message of its state, with an id that is not known yet.

        Returns:
            Whether a node of the graph wrote the message, without an id.
        """
        waiting = self._unnamed.get(ns, [])
        for at, (entry, written) in enumerate(waiting):
            if EarlierMessage(written).is_same(message):
                del waiting[at]
                entry.id = message.id
                self._by_id[message.id] = entry
                self._writer.name(entry)
                return True
        return False

    def forget_unnamed(self, ns: tuple[str, ...]) -> None:
        """Note that the state of a graph has all messages that its nodes wrote."""
        self._unnamed.pop(ns, None)

    def _changed(
        self, earlier: EarlierMessage, here: TrackedMessage, message: Any
    ) -> TrackedMessage | None:
        """Show a message from before this run if it is another one now."""
        if earlier.is_same(message):
            return None
        entry = self._show(here.at["ns"], message, here.meta, "returned")
        self._writer.finish(entry, content_text(message))
        return entry

    def agent(self, ns: Sequence[str]) -> dict[str, str]:
        """Find the metadata that names the agent of a graph.

        Args:
            ns: The graph's namespace.

        Returns:
            The metadata of the latest message of an agent there; empty if there is none.
        """
        for entry in reversed(self.entries):
            if entry.at["ns"] == list(ns) and _AGENT in entry.meta:
                return {_AGENT: entry.meta[_AGENT]}
        return {}

    def add_input(self, message: Any) -> None:
        """Show a message of the run's input."""
        self._show((), message, {}, "input")

    def is_unknown(self, message: Any) -> bool:
        """Whether a message of the state has an id that is not known yet."""
        return bool(message.id) and message.id not in self._by_id

    def add_hidden(self, message: Any) -> None:
        """Note a message of the state that is from before the run, without showing it."""
        self._by_id[message.id] = EarlierMessage(message)

    def close(self, task: str) -> None:
        """Finish the messages of a task that ended.

        Older versions of langchain-core mark no chunk as the last.
        """
        for entry in self.entries:
            if entry.task == task and not entry.done:
                self._writer.finish(entry)

    def flush(self) -> None:
        """Write everything that is held back."""
        for entry in self.entries:
            self._writer.flush(entry)

    # ---- entries --------------------------------------------------------------------

    def _original(self, message: Any, path: str) -> TrackedMessage | None:
        """Find the entry that a whole message repeats.

        The id decides. For an unknown id, the text decides, among the messages of the same task
        and of the subgraphs below it, because supervisors and nodes copy messages under new ids.
        """
        known = self._by_id.get(message.id or "")
        if isinstance(known, TrackedMessage):
            return known
        text = content_text(message)
        if not text:
            return None
        for entry in reversed(self.entries):
            if (
                (entry.path.startswith(path) or (entry.shared and path.startswith(entry.path)))
                and (path not in entry.whole_from or self._copies(message, entry))
                and entry.role == role(message)
                and entry.call_id == getattr(message, "tool_call_id", None)
                and entry.has_text(text)
            ):
                return entry
        return None

    def _copies(self, message: Any, entry: TrackedMessage) -> bool:
        """Whether a message without an id is a node's copy of what its model answered whole."""
        return not message.id and is_of_a_call(entry.meta) and entry.key not in self._copied

    def _show(
        self, ns: Sequence[str], message: Any, meta: Mapping[str, Any], origin: Origin
    ) -> TrackedMessage:
        entry = self._add(ns, message, meta, origin)
        entry.from_model = is_made_by_a_model(message)
        entry.whole_from.add(entry.path)
        self._writer.write_deltas(entry, message)
        self._writer.finish(entry)
        if entry.call_id is not None and entry.role == "tool":
            self._calls.take_message(entry.at, message)
        return entry

    def _add(
        self, ns: Sequence[str], message: Any, meta: Mapping[str, Any], origin: Origin
    ) -> TrackedMessage:
        return self._enter(TrackedMessage(-1, ns, meta), message, origin)

    def open(self, here: TrackedMessage, message: Any) -> TrackedMessage:
        """Begin a message of custom payloads.

        Args:
            here: An empty entry with the message's place, which becomes the message's entry.
            message: The first chunk.

        Returns:
            The entry.
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
        self._writer.start(entry, message, origin)
        return entry

    def _revise(self, entry: TrackedMessage, message: Any) -> None:
        """Finish an entry with the text, calls, blocks and usage of its final message."""
        final = content_text(message)
        changed = not entry.has_text(final)
        # Copies under another id often have the text alone.
        same_id = bool(message.id) and message.id == entry.id
        other = same_id and not entry.custom and not entry.form.is_that_of(message)
        counted = None if entry.usage else usage(getattr(message, "usage_metadata", None))
        if changed or other or counted is not None or not entry.done:
            entry.usage = counted or entry.usage
            blocks = final_blocks(message) if other else None
            self._writer.finish(entry, final if changed else None, blocks)
