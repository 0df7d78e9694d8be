"""A message of a run, built from its pieces."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lg_notebook.core.location import Place
    from lg_notebook.events import (
        FinalBlock,
        Kind,
        MessageFinish,
        MessageStart,
        Origin,
        Payload,
        Usage,
    )


class Token(NamedTuple):
    """One piece of a message, as the model streamed it.

    Attributes:
        text: The piece.
        t: Nanoseconds since the run began.
        kind: `text`, `reasoning`, `tool_call`, …
    """

    text: str
    t: int
    kind: Kind


class ToolCall(NamedTuple):
    """A tool call that a model requested.

    Attributes:
        id: The call's id, or None if the model sent none.
        name: Name of the tool, or None.
        args: The parsed arguments; None until they are valid JSON.
        text: The arguments as they were streamed.
    """

    id: str | None
    name: str | None
    args: Any
    text: str


@dataclass(slots=True, eq=False, repr=False)
class Block:
    """A part of a message, of one kind.

    `pieces[i]` arrived with the event `seqs[i]` of the run's log, at `times[i]` ns.
    """

    message: Message
    index: int
    kind: Kind
    call_id: str | None = None
    name: str | None = None
    data: list[Payload] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    seqs: array[int] = field(default_factory=lambda: array("I"))
    times: array[int] = field(default_factory=lambda: array("Q"))

    @property
    def text(self) -> str:
        """The pieces joined."""
        return "".join(self.pieces)

    @property
    def started(self) -> int | None:
        """Time of the first piece, in nanoseconds since the run began; None before any."""
        return self.times[0] if self.times else None

    @property
    def ended(self) -> int | None:
        """Time of the last piece, in nanoseconds since the run began; None before any.

        For reasoning, `ended - started` is how long the model thought.
        """
        return self.times[-1] if self.times else None

    @classmethod
    def final(cls, message: Message, index: int, fields: FinalBlock) -> Block:
        """Make a block of a message's final form; no token of it was streamed."""
        block = cls(message, index, fields["kind"], fields.get("call_id"), fields.get("name"))
        block.pieces = [fields["text"]]
        if "data" in fields:
            block.data = [fields["data"]]
        return block

    def snapshot(self) -> dict[str, Any]:
        """Convert the block to plain data."""
        return {
            "kind": self.kind,
            "text": self.text,
            "tokens": len(self.times),
            "call_id": self.call_id,
            "name": self.name,
            "data": list(self.data),
            "started": self.started,
            "ended": self.ended,
        }


@dataclass(slots=True, eq=False, repr=False)
class Message:
    """A message that a run produced, received or repeated.

    Attributes:
        key: Number of the message within its run, from 0, in order of appearance.
        id: LangChain's message id, or None.
        role: LangChain's message type: `ai`, `human`, `tool`, `system`, …
        name: Name of its author, or None.
        node: Name of the node that the message came from, or None.
        namespace: Namespace of the graph of that node; empty for the root graph.
        task: Id of the task, or None.
        step: LangGraph's superstep, or None.
        origin: `streamed`, `returned` or `input`.
        tool_call_id: Id of the tool call whose result it is, or None.
        metadata: LangGraph's metadata.
        resent: Other places that sent the same message again.
        usage: Token counts from the provider, or None.
        finish_reason: The provider's reason for the message's end, or None.
        done: False while the message is incomplete, also if the run ended before it.
        started: Nanoseconds from the run's start to the message's first event.
        blocks: Its parts, in order; those of the node's final message if it has others.
        final: The final text if it differs from the streamed one, or None.
        streamed: The parts as they were streamed, if `blocks` are others; else None.
    """

    key: int
    id: str | None
    role: str
    name: str | None
    node: str | None
    namespace: tuple[str, ...]
    task: str | None
    step: int | None
    origin: Origin
    tool_call_id: str | None
    metadata: dict[str, Payload]
    started: int
    blocks: list[Block] = field(default_factory=list)
    resent: list[Place] = field(default_factory=list)
    usage: Usage | None = None
    finish_reason: str | None = None
    done: bool = False
    final: str | None = None
    streamed: list[Block] | None = None

    @classmethod
    def start(cls, event: MessageStart) -> Message:
        """Make a message from its `message-start` event."""
        return cls(
            key=event["message"],
            id=event["id"],
            role=event["role"],
            name=event["name"],
            node=event["node"],
            namespace=tuple(event["ns"]),
            task=event["task"],
            step=event["step"],
            origin=event["origin"],
            tool_call_id=event["tool_call_id"],
            metadata=event["metadata"],
            started=event["t"],
        )

    def finish(self, event: MessageFinish) -> None:
        """Apply a `message-finish` event."""
        self.done = True
        self.id = event.get("id", self.id)
        self.usage = event["usage"] or self.usage
        self.finish_reason = event["finish_reason"] or self.finish_reason
        if event["revised"]:
            self.final = event["text"] if self.final is None else event["text"] or self.final
        if "blocks" in event:
            self.streamed = self.streamed_blocks
            self.blocks = [Block.final(self, at, each) for at, each in enumerate(event["blocks"])]

    def add(self, block: Block) -> None:
        """Add a block that is streamed."""
        self.streamed_blocks.append(block)

    @property
    def streamed_blocks(self) -> list[Block]:
        """The parts as they were streamed, even if the node's final message has others."""
        return self.blocks if self.streamed is None else self.streamed

    @property
    def text(self) -> str:
        """The text; if the node revised the streamed text, the final one."""
        if self.final is not None:
            return self.final
        parts: list[str] = []
        apart = False  # whether a block of another kind lies between two texts
        for block in self.blocks:
            if block.kind != "text":
                apart = bool(parts)
            elif text := block.text:
                parts += ["\n\n", text] if apart else [text]
                apart = False
        return "".join(parts)

    @property
    def reasoning(self) -> str:
        """The model's reasoning, empty if it showed none."""
        return "".join([block.text for block in self.blocks if block.kind == "reasoning"])

    @property
    def revised(self) -> bool:
        """Whether the node's final message differs from its tokens."""
        return self.final is not None or self.streamed is not None

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The tool calls that the message requests, in order."""
        calls = []
        for block in self.blocks:
            if block.kind == "tool_call":
                text = block.text
                try:
                    args = json.loads(text) if text else {}
                except ValueError:
                    args = None
                calls.append(ToolCall(block.call_id, block.name, args, text))
        return calls

    @property
    def tokens(self) -> list[Token]:
        """Every piece in order of arrival."""
        rows = [
            (seq, Token(piece, t, block.kind))
            for block in self.streamed_blocks
            for seq, piece, t in zip(block.seqs, block.pieces, block.times, strict=True)
        ]
        rows.sort(key=lambda row: row[0])
        return [token for _, token in rows]

    @property
    def tags(self) -> list[str]:
        """The tags of the model call."""
        tags = self.metadata.get("tags")
        return tags if isinstance(tags, list) else []

    @property
    def agent(self) -> str | None:
        """Name of the agent whose model or tool wrote the message, or None.

        LangChain's `create_agent(…, name=…)` puts it into the metadata of every run of the
        agent, local or remote.
        """
        return agent_of(self.metadata)

    def snapshot(self) -> dict[str, Any]:
        """Convert the message to plain data, the same as in the front end."""
        times = [
            t for block in self.streamed_blocks for t in (block.times[:1], block.times[-1:]) if t
        ]
        return {
            "key": self.key,
            "id": self.id,
            "role": self.role,
            "name": self.name,
            "agent": self.agent,
            "origin": self.origin,
            "ns": list(self.namespace),
            "task": self.task,
            "node": self.node,
            "step": self.step,
            "tool_call_id": self.tool_call_id,
            "metadata": self.metadata,
            "blocks": [block.snapshot() for block in self.blocks],
            "text": self.text,
            "reasoning": self.reasoning,
            "resent": [
                {"ns": list(at.namespace), "task": at.task, "node": at.node} for at in self.resent
            ],
            "usage": self.usage,
            "finish_reason": self.finish_reason,
            "revised": self.revised,
            "done": self.done,
            "started": self.started,
            "first_token": min((t[0] for t in times), default=None),
            "last_token": max((t[0] for t in times), default=None),
            "tokens": sum(len(block.pieces) for block in self.streamed_blocks),
        }

    def __repr__(self) -> str:
        text = self.text
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        return f"Message(node={self.node!r}, role={self.role!r}, text={shown!r})"


def agent_of(metadata: Mapping[str, Payload]) -> str | None:
    """Read the agent's name from a message's metadata.

    Args:
        metadata: The metadata.

    Returns:
        The name, or None.

    Example:
        >>> agent_of({"lc_agent_name": "researcher"})
        'researcher'
    """
    agent = metadata.get("lc_agent_name")
    return agent if isinstance(agent, str) and agent else None


_SHOWN = 60
"""Characters of the text that a message's repr shows."""
