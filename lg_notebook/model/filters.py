"""Choose which messages are shown and yielded. Recordings are never filtered."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lg_notebook.core.run_options import KINDS, Patterns
from lg_notebook.exceptions import OptionError
from lg_notebook.model.message import agent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lg_notebook.events import AnyEvent, Kind, MessageFinish, MessageStart
    from lg_notebook.model.message import Message


def _listed(name: str, patterns: object) -> list[str]:
    if patterns is None:
        return []
    if isinstance(patterns, str):
        return [patterns]
    listed = list(patterns) if isinstance(patterns, Iterable) else [patterns]
    texts = [each for each in listed if isinstance(each, str)]
    if len(texts) == len(listed) and not isinstance(patterns, bytes):
        return texts
    raise OptionError(f"{name} takes a text or a list of texts, not {patterns!r}.")


def _passes(patterns: Sequence[str], names: Iterable[str | None]) -> bool:
    """Whether a name is chosen, and none is excluded (`!name`)."""
    wanted = {p for p in patterns if not p.startswith("!")}
    unwanted = {p[1:] for p in patterns if p.startswith("!")}
    present = {name for name in names if name is not None}
    return not (present & unwanted) and (not wanted or bool(present & wanted))


@dataclass(frozen=True)
class Filters:
    """A choice of messages.

    Attributes:
        node: Names of nodes; a name that begins with `!` is excluded. Empty: all.
        tag: Tags of model calls, in the same form.
        agent: Names of agents, in the same form.
        kind: Parts of messages, in the same form: `text`, `tool` (tool calls and their
            results), `reasoning`.

    Example:
        >>> Filters.of(node="write", tag="!draft", kind="text,tool").kind
        ['text', 'tool']
    """

    node: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    agent: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        node: Patterns = None,
        tag: Patterns = None,
        agent: Patterns = None,
        kind: Patterns = None,
    ) -> Filters:
        """Make filters from one name or several each.

        Args:
            node: Names of nodes.
            tag: Tags of model calls.
            agent: Names of agents.
            kind: Parts of messages, also separated by commas.

        Raises:
            OptionError: There is no such kind, or a value is not a text.
        """
        kinds = [each for one in _listed("kind", kind) for each in re.split(r"[,\s]+", one) if each]
        for each in kinds:
            if each.removeprefix("!") not in KINDS:
                msg = f"There is no kind {each.removeprefix('!')!r}: take text, tool or reasoning."
                raise OptionError(msg)
        return cls(_listed("node", node), _listed("tag", tag), _listed("agent", agent), kinds)

    def __bool__(self) -> bool:
        return bool(self.node or self.tag or self.agent or self.kind)

    def shows(self, message: Message) -> bool:
        """Whether the message matches, and at least one of its parts is shown.

        Input messages have neither node, tag nor agent. A filter that requires one of these
        hides them.

        Args:
            message: The message.
        """
        return (
            _passes(self.node, [message.node])
            and _passes(self.tag, message.tags)
            and _passes(self.agent, [message.agent])
            and (
                not self.kind
                or any(self.shows_part(message.role, block.kind) for block in message.blocks)
                or (bool(message.final) and self.shows_part(message.role, "text"))
            )
        )

    def shows_note(self, node: str | None) -> bool:
        """Whether a node's entries that are not messages are shown, such as custom payloads.

        They have neither tag, agent nor kind.

        Args:
            node: Name of the node, or None.
        """
        return _passes(self.node, [node]) and all(
            _passes(patterns, []) for patterns in (self.tag, self.agent, self.kind)
        )

    def shows_part(self, role: str, kind: Kind) -> bool:
        """Whether a block is shown.

        Args:
            role: The message's role. All blocks of a tool's message count as `tool`, and so do
                the calls of a provider's own tools and their results.
            kind: The block's kind.
        """
        if role == "tool" or kind in {"tool_call", "server_tool_call", "server_tool_result"}:
            return _passes(self.kind, ["tool"])
        return _passes(self.kind, ["reasoning" if kind == "reasoning" else "text"])

    def check(self, nodes: Sequence[str] | None) -> None:
        """Check that every named node exists.

        Args:
            nodes: The graph's nodes, or None if they are unknown.

        Raises:
            OptionError: No node has that name; the message suggests similar names.
        """
        for pattern in self.node:
            name = pattern.removeprefix("!")
            if nodes is not None and name not in nodes:
                near = difflib.get_close_matches(name, nodes, n=3, cutoff=0.4) or nodes[:10]
                known = ", ".join(repr(each) for each in near)
                msg = f"The graph has no node {name!r}; did you mean {known}?"
                raise OptionError(msg)


class EventFilter:
    """Filters a run's events by the messages and nodes that they belong to.

    Args:
        filters: The filters.
    """

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._hidden: set[int] = set()
        self._roles: dict[int, str] = {}

    def take(self, event: AnyEvent) -> AnyEvent | None:
        """Filter the next event of a run. Every event has to be passed, in order.

        Args:
            event: The event.

        Returns:
            The event to yield, or None if it is hidden.
        """
        if not self._passes(event):
            return None
        if event["type"] == "message-finish" and event["revised"]:
            return self._revision(event)
        return event

    def _revision(self, event: MessageFinish) -> MessageFinish:
        """Remove the parts that are not shown from a message's final form."""
        role = self._roles.get(event["message"], "ai")
        if "blocks" in event:
            shown = [b for b in event["blocks"] if self._filters.shows_part(role, b["kind"])]
            event = {**event, "blocks": shown}
        if not self._filters.shows_part(role, "text"):
            return {**event, "revised": "blocks" in event, "text": None}
        return event

    def _passes(self, event: AnyEvent) -> bool:
        filters = self._filters
        if event["type"] in {"run-start", "run-end"}:
            return True
        if event["type"] == "message-start":
            return self._starts(event)
        if event["type"] == "delta":
            role = self._roles.get(event["message"], "ai")
            shown = filters.shows_part(role, event["kind"])
            return shown and event["message"] not in self._hidden
        if event["type"] == "message-finish":
            return event["message"] not in self._hidden
        if event["type"] == "tool" and not filters.shows_part("tool", "text"):
            return False
        return _passes(filters.node, [event["node"]])

    def _starts(self, event: MessageStart) -> bool:
        """Whether a message is yielded. The parts of a model's message are not known yet."""
        filters, meta, role = self._filters, event["metadata"], event["role"]
        tags = meta.get("tags")
        belongs = (
            _passes(filters.node, [event["node"]])
            and _passes(filters.tag, tags if isinstance(tags, list) else [])
            and _passes(filters.agent, [agent_of(meta)])
            and (role == "ai" or filters.shows_part(role, "text"))
        )
        if event["of"] is not None:
            return belongs and event["of"] not in self._hidden
        self._roles[event["message"]] = role
        if not belongs:
            self._hidden.add(event["message"])
        return belongs
