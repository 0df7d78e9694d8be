"""Diagnose why tokens are missing: one line per cause, with what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lg_notebook.model.node_names import name_nodes
from lg_notebook.normalize.message_origin import is_of_a_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lg_notebook.core.model_call import ModelCall, ModelCallLog
    from lg_notebook.normalize.custom_tokens import Tokens
    from lg_notebook.normalize.tracked_message import TrackedMessage

_RUN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def diagnose(
    entries: Sequence[TrackedMessage],
    seen: ModelCallLog,
    tokens: Tokens,
    *,
    resumed: bool,
    done: bool,
) -> list[str]:
    """Diagnose why tokens are missing.

    There is no line if every message of a model streamed, and none for a graph without models.

    Args:
        entries: The run's messages.
        seen: The run's model calls.
        tokens: The reader of the run's custom payloads.
        resumed: Whether the run continues an earlier one, whose results it may repeat.
        done: Whether the run is done, neither stopped nor interrupted.

    Returns:
        One line per cause, the most important first. Equal runs have equal lines.
    """
    streamed = any(entry.origin == "streamed" and entry.kinds for entry in entries)
    calls = seen.calls or []
    found = _Findings(by_events=seen.by_events)
    # Little is known of a run on a server: it is examined only if it has no token at all.
    if seen.calls is not None or not streamed:
        found.collect(entries, seen.calls)
    if resumed:
        found.lost.clear()
    if not streamed:
        found.hidden.update(call.node for call in calls if call.hidden)
    if seen.unbridged and (found.lost or not (streamed or calls)):
        return [_UNBRIDGED]
    lines = found.lines()
    if done and tokens.missing:
        return [*lines, tokens.missing]
    if streamed or calls or lines:
        return lines
    if tokens.guess:
        return [_OFFER.format(tokens.guess)]
    return [_ALONE.format(name_nodes(found.alone))] if found.alone else []


class _Findings:
    """The nodes whose answers lack their tokens, by cause."""

    def __init__(self, *, by_events: bool = False) -> None:
        self._whole = _UNSTREAMED if by_events else _WHOLE
        self.lost: set[str] = set()
        self.unseen: set[str] = set()
        self.whole: dict[str | None, set[str]] = {}
        self.hidden: set[str] = set()
        self.alone: set[str] = set()

    def collect(self, entries: Iterable[TrackedMessage], calls: Sequence[ModelCall] | None) -> None:
        """Find the cause for each answer that came whole."""
        for entry in entries:
            whole = entry.origin == "returned" and entry.role == "ai" and entry.kinds
            if whole and not entry.replayed:
                self._sort(entry, calls)

    def _sort(self, entry: TrackedMessage, calls: Sequence[ModelCall] | None) -> None:
        node = str(entry.at["node"])
        run = _RUN.search(entry.id or "")
        if is_of_a_call(entry.meta):
            faults = (call.fault for call in calls or () if run and call.run == run[0])
            self.whole.setdefault(next(faults, None), set()).add(node)
            return
        near = [call for call in calls or () if _within(call.path, entry.path)]
        own = [call for call in near if run and call.run == run[0]]
        if any(call.hidden for call in own or near) and entry.from_model:
            self.hidden.add(node)
        elif not near and entry.from_model:
            # Only if the task made no call at all: nodes also return messages from memory.
            (self.unseen if calls is None else self.lost).add(node)
        elif not near and calls is not None:
            self.alone.add(node)

    def lines(self) -> list[str]:
        """Write a line per cause."""
        lines = [
            template.format(name_nodes(nodes))
            for template, nodes in ((_LOST, self.lost), (_UNSEEN, self.unseen))
            if nodes
        ]
        for fault, nodes in sorted(self.whole.items(), key=str):
            template = self._whole if fault is None else _FAULTY
            lines.append(template.format(name_nodes(nodes), fault))
        if self.hidden:
            lines.append(_HIDDEN.format(name_nodes(self.hidden)))
        return lines


_UNBRIDGED = (
    "Below Python 3.11 async code loses its tokens, and lg_notebook's bridge does not fit this"
    " LangGraph: pass the node's `config` on to every call, or use Python 3.11 or newer."
)
_LOST = (
    "LangGraph did not see the model call behind the answer of {0}: it was made in a thread or"
    " process without the run's context. Pass the node's `config` on to the call, or run the"
    " thread in contextvars.copy_context()."
)
_UNSEEN = (
    "The answer of {0} came without tokens: on the server its model call is tagged `nostream`,"
    " or was made without the run's context. Take the tag off, or pass the node's `config` on."
)
_WHOLE = (
    "The model's answer in {0} came whole: it was built with streaming=False, its class does not"
    " stream, or a cache answered. Let the model stream to see its tokens."
)
_UNSTREAMED = (
    "The model's answer in {0} came whole: with version v3 LangGraph shows the tokens of models"
    " that are invoked, not of those whose `stream` a node reads. Call `invoke` there, or leave"
    " the version out."
)
_FAULTY = (
    "The model's answer in {0} came whole: it was built with {1}. Build it without that to see"
    " its tokens."
)
_HIDDEN = (
    "The model call of {0} is tagged `nostream`, which hides its tokens: take the tag off to see"
    " them."
)
_ALONE = (
    "The answer of {0} came whole, and no LangChain chat model was called. To see another"
    " model's tokens, write them with get_stream_writer() and add `--tokens KEY`."
)
_OFFER = (
    "No LangChain chat model was called, but custom payloads look like tokens: add"
    " `--tokens {0}` (in code, tokens='{0}') to read them as a message."
)


def _within(path: str, task: str) -> bool:
    """Whether a checkpoint namespace is that of a task, or below it."""
    return path == task or path.startswith(f"{task}|")
