"""Build messages from custom payloads, for models outside LangChain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_core.messages import AIMessageChunk, BaseMessageChunk

from lg_notebook.core.text import is_sound
from lg_notebook.normalize.content import RemoteMessage
from lg_notebook.normalize.tracked_message import TrackedMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lg_notebook.model.token_batch import Arrival, TokenBatch
    from lg_notebook.normalize.custom_tokens import Tokens
    from lg_notebook.normalize.message_tracker import MessageTracker
    from lg_notebook.normalize.message_writer import MessageWriter

Namespace = tuple[str, ...]


class RunningTask(NamedTuple):
    """A task that is running.

    Attributes:
        ns: Namespace of its graph.
        node: Name of its node.
        triggers: The channels that triggered it.
    """

    ns: Namespace
    node: str
    triggers: list[str]


class CustomMessages:
    """Turns the custom payloads that hold tokens into messages.

    LangGraph names the graph that a payload comes from, but not the task (its `stream_writer` in
    `pregel/main.py` cuts that off). If one task of the graph is running, the payload belongs to
    it. If several are running, it belongs to those whose node, task id or checkpoint namespace
    it names, and to no task if it names none.

    Args:
        tokens: Reads the tokens.
        messages: The run's messages.
        writer: Writes their events.
        running: The running tasks by id, kept up to date by the owner.
    """

    def __init__(
        self,
        tokens: Tokens,
        messages: MessageTracker,
        writer: MessageWriter,
        running: dict[str, RunningTask],
    ) -> None:
        self._tokens = tokens
        self._messages = messages
        self._writer = writer
        self._running = running
        self._entries: dict[tuple[Any, ...], TrackedMessage] = {}
        self._sole: dict[Namespace, TrackedMessage] = {}  # if only one task can be writing

    def token_batch(
        self, items: Sequence[Arrival], start: int, end: int
    ) -> tuple[TokenBatch | None, int]:
        """Take the next plain tokens of a message that has begun: the hot path.

        Args:
            items: Stream items; the one at `start` is a custom payload.
            start: Index of the first item.
            end: Index after the last one.

        Returns:
            A batch of tokens, or None, and the index of the item after them.
        """
        ns = items[start][0][0]
        entry = self._sole.get(ns)
        if entry is None or entry.done or entry.half_pair:
            return None, start
        read = self._tokens.read
        pieces: list[str] = []
        times: list[int] = []
        at = start
        while at < end:
            (where, mode, payload), t = items[at]
            if mode != "custom" or where != ns:
                break
            text = read(payload)
            if type(text) is not str or not is_sound(text):
                break
            if text:
                pieces.append(text)
                times.append(t)
            at += 1
        return (self._writer.add_tokens(entry, pieces, times) if pieces else None), at

    def is_under_way(self, ns: Namespace) -> bool:
        """Whether a known task of the graph has begun a message."""
        return ns in self._sole

    def take(self, ns: Namespace, payload: object) -> bool:
        """Take a custom payload.

        Args:
            ns: Namespace of the graph that the payload comes from.
            payload: The payload.

        Returns:
            Whether it was a token. If not, it becomes a `custom` event.
        """
        token = self._tokens.read(payload)
        if token is None:
            self._tokens.note(payload)
            return False
        present = self._present(ns)
        authors = self._named(ns, present, payload)
        here = self._here(ns, authors)
        if isinstance(token, str):
            token = AIMessageChunk(content=token)
        elif not _is_piece(token):
            self._messages.take_whole(here, token)
            return True
        name = ns, tuple(authors), token.id
        entry = self._entries.get(name)
        if entry is None or entry.done:
            entry = self._entries[name] = self._messages.open(here, token)
        if len(present) == 1 and token.id is None:
            self._sole[ns] = entry
        self._writer.write_deltas(entry, token)
        if getattr(token, "chunk_position", None) == "last":
            self._writer.finish(entry)
        return True

    def tasks_changed(self, finished: str | None = None) -> None:
        """Note that a task has started or ended.

        Args:
            finished: Id of the task that ended, or None.
        """
        self._sole.clear()
        for (_, authors, *_), entry in list(self._entries.items()):
            # A message of several possible tasks ends with the last of them.
            if finished in authors and not entry.done and not self._running.keys() & {*authors}:
                self._writer.finish(entry)

    def _present(self, ns: Namespace) -> list[str]:
        """List the tasks that may be writing in a graph."""
        found = [task for task, at in self._running.items() if at.ns == ns]
        if not found and ns:  # a task of the functional API, below the task that called it
            caller = ns[-1].partition(":")[2]
            found = [
                task for task, at in self._running.items() if at.ns == ns[:-1] and task != caller
            ]
        return found

    def _named(self, ns: Namespace, present: list[str], payload: object) -> list[str]:
        """Choose the tasks that a payload names; all of them if it names none."""
        if len(present) < 2 or not isinstance(payload, dict):  # noqa: PLR2004 - several
            return present
        names = {
            value
            for key, value in payload.items()
            if key != self._tokens.key and isinstance(value, str)
        }
        return [task for task in present if names & self._names(ns, task)] or present

    def _names(self, ns: Namespace, task: str) -> set[str]:
        node = self._running[task].node
        return {node, task, "|".join([*ns, f"{node}:{task}"])}

    def _here(self, ns: Namespace, authors: list[str]) -> TrackedMessage:
        """Make an entry for a payload's message, with the known part of LangGraph's metadata."""
        nodes = {self._running[task].node for task in authors}
        meta: dict[str, Any] = {}
        if len(nodes) == 1:
            meta["langgraph_node"] = next(iter(nodes))
        if len(authors) == 1:
            at = self._running[authors[0]]
            path = "|".join([*ns, f"{at.node}:{authors[0]}"])
            meta["langgraph_triggers"] = at.triggers
            meta["langgraph_checkpoint_ns"] = meta["checkpoint_ns"] = path
            return TrackedMessage(-1, at.ns, meta)
        here = TrackedMessage(-1, ns, meta)
        here.shared = True
        here.path = "|".join(ns)
        return here


def _is_piece(message: Any) -> bool:
    if isinstance(message, RemoteMessage):
        return message.is_chunk
    return isinstance(message, BaseMessageChunk)
