"""Messages made of custom payloads: the words of models outside LangChain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_core.messages import AIMessageChunk

from lg_notebook.normalize.content import RemoteMessage
from lg_notebook.normalize.token_batches import is_plain
from lg_notebook.normalize.tracked_message import TrackedMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lg_notebook.model.token_batch import Arrival, TokenBatch
    from lg_notebook.normalize.custom_tokens import Tokens
    from lg_notebook.normalize.message_tracker import Transcript

Namespace = tuple[str, ...]


class Running(NamedTuple):
    """A task that is under way.

    Attributes:
        ns: Namespace of its graph.
        node: Name of its node.
        triggers: The channels that set it off.
    """

    ns: Namespace
    node: str
    triggers: list[str]


class CustomMessages:
    """Turns the custom payloads that hold tokens into messages.

    LangGraph says from which graph a payload comes, but not from which task (its
    `stream_writer` in `pregel/main.py` cuts that off). So a payload belongs to the one task
    that runs there. Where several run at once it belongs to the one whose node, task id or
    checkpoint namespace it names; else to the graph alone, and to no task.

    Args:
        tokens: Reads the tokens.
        transcript: The run's messages.
        running: Id of a task → the task, for those under way; kept up to date by its owner.
    """

    def __init__(self, tokens: Tokens, transcript: Transcript, running: dict[str, Running]) -> None:
        self._tokens = tokens
        self._transcript = transcript
        self._running = running
        self._entries: dict[tuple[Any, ...], TrackedMessage] = {}
        self._sure: dict[Namespace, TrackedMessage] = {}  # where only one task can be speaking

    def stretch(
        self, items: Sequence[Arrival], start: int, end: int
    ) -> tuple[TokenBatch | None, int]:
        """The hot path: plain tokens of a message that is under way.

        Args:
            items: Items of the stream; the first of them is a custom payload.
            start: Index of the first to look at.
            end: Index after the last one.

        Returns:
            As many such tokens as come next, if any, and the index of the item after them.
        """
        ns = items[start][0][0]
        entry = self._sure.get(ns)
        if entry is None or entry.done or entry.half:
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
            if type(text) is not str or not is_plain(text):
                break
            if text:
                pieces.append(text)
                times.append(t)
            at += 1
        return (self._transcript.lengthen(entry, pieces, times) if pieces else None), at

    def is_under_way(self, ns: Namespace) -> bool:
        """Whether a message is being spoken there, by a task that is known."""
        return ns in self._sure

    def take(self, ns: Namespace, payload: object) -> bool:
        """Take a custom payload.

        Args:
            ns: Namespace of the graph that it comes from.
            payload: What a node wrote.

        Returns:
            Whether it was a token; else it is a custom event like any other.
        """
        token = self._tokens.read(payload)
        if token is None:
            self._tokens.note(payload)
            return False
        present = self._present(ns)
        speakers = self._named(ns, present, payload)
        here = self._here(ns, speakers)
        if isinstance(token, str):
            token = AIMessageChunk(content=token)
        elif not _is_piece(token):
            self._transcript.whole(here, token)
            return True
        name = ns, tuple(speakers), token.id
        entry = self._entries.get(name)
        if entry is None or entry.done:
            entry = self._entries[name] = self._transcript.open(here, token)
        if len(present) == 1 and token.id is None:
            self._sure[ns] = entry
        self._transcript.say(entry, token)
        if getattr(token, "chunk_position", None) == "last":
            self._transcript.finish(entry)
        return True

    def moved(self, finished: str | None = None) -> None:
        """Learn that the tasks under way are others.

        Args:
            finished: Id of the task that ended, if that is why.
        """
        self._sure.clear()
        for (_, speakers, *_), entry in list(self._entries.items()):
            # What nobody claims ends with the last of those who may have said it.
            if finished in speakers and not entry.done and not self._running.keys() & {*speakers}:
                self._transcript.finish(entry)

    def _present(self, ns: Namespace) -> list[str]:
        """The tasks that may be writing there."""
        found = [task for task, at in self._running.items() if at.ns == ns]
        if not found and ns:  # a task of the functional API, under the one that called it
            caller = ns[-1].partition(":")[2]
            found = [
                task for task, at in self._running.items() if at.ns == ns[:-1] and task != caller
            ]
        return found

    def _named(self, ns: Namespace, present: list[str], payload: object) -> list[str]:
        """Those of them that a payload names; all of them if it names none."""
        if len(present) < 2 or not isinstance(payload, dict):  # noqa: PLR2004 - several
            return present
        said = {
            value
            for key, value in payload.items()
            if key != self._tokens.key and isinstance(value, str)
        }
        return [task for task in present if said & self._names(ns, task)] or present

    def _names(self, ns: Namespace, task: str) -> set[str]:
        node = self._running[task].node
        return {node, task, "|".join([*ns, f"{node}:{task}"])}

    def _here(self, ns: Namespace, speakers: list[str]) -> TrackedMessage:
        """Where a payload comes from, with as much of LangGraph's metadata as is known."""
        nodes = {self._running[task].node for task in speakers}
        meta: dict[str, Any] = {}
        if len(nodes) == 1:
            meta["langgraph_node"] = next(iter(nodes))
        if len(speakers) == 1:
            at = self._running[speakers[0]]
            path = "|".join([*ns, f"{at.node}:{speakers[0]}"])
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
    return type(message).__name__.endswith("Chunk")
