"""A message as the normalizer knows it while the run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.core.location import place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lg_notebook.core.location import PlaceFields
    from lg_notebook.events import Kind, Origin, Usage
    from lg_notebook.privacy.redactor import Pieces


class TrackedMessage:
    """A message that was seen.

    Args:
        key: Its key within the run.
        ns: Namespace of the graph that it comes from.
        meta: LangGraph's metadata: the same object for every token of one model call.

    Attributes:
        at: Where it comes from.
        path: The task's whole checkpoint namespace: a subgraph's begins with its parent's.
        call_id: For a tool's message, the id of the call that it answers.
        origin: How it came to be seen; None while it is no message yet.
        made: Whether it bears a chat model's marks: an id that LangChain made, or what a
            provider says of its answer.
        custom: Whether it is made of custom payloads.
        shared: Whether several tasks may have written it, and nobody knows which.
        replayed: Whether it is from an earlier run, as what a checkpoint or cache gives.
        taken: The paths from which it came whole: an equal text from there is another message.
        text: Its text so far, unmasked.
        blocks: The number of each block, by the name that `chunk.pieces` gives it.
        mask: The mask of its plain text; None where there is nothing to mask.
    """

    __slots__ = (
        "at", "blocks", "call_id", "custom", "done", "half", "id", "key", "kinds", "made", "mask", "masks",
        "meta", "origin", "path", "reason", "replayed", "role", "shared", "taken", "text",
        "usage",
    )  # fmt: skip

    def __init__(self, key: int, ns: Sequence[str], meta: Mapping[str, Any]) -> None:
        self.key = key
        self.meta = meta
        self.path: str = meta.get("langgraph_checkpoint_ns") or ""
        self.at: PlaceFields = place(
            ns,
            self.path.rpartition("|")[2].partition(":")[2] or None,
            meta.get("langgraph_node"),
            meta.get("langgraph_step"),
        )
        self.id: str | None = None
        self.role = "ai"
        self.call_id: str | None = None
        self.origin: Origin | None = None
        self.made = False
        self.custom = False
        self.shared = False
        self.replayed = False
        self.taken: set[str] = set()
        self.done = False
        self.text: list[str] = []
        self.usage: Usage | None = None
        self.reason: str | None = None
        self.blocks: dict[Any, int] = {}
        self.kinds: list[Kind] = []
        self.masks: list[Pieces | None] = []
        self.half = ""
        self.mask: Pieces | None = None

    @property
    def task(self) -> str | None:
        """Id of the task that it comes from."""
        task: str | None = self.at["task"]
        return task

    def open(self, name: Any, kind: Kind, mask: Pieces | None) -> int:
        """Add a block; return its number."""
        block = self.blocks[name] = len(self.kinds)
        self.kinds.append(kind)
        self.masks.append(mask)
        return block

    def whole(self, text: str) -> str:
        """The text without half a surrogate pair at its end, which waits for the other half.

        Some servers cut an emoji in two. A half alone cannot be encoded.
        """
        if self.half:
            text = (self.half + text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            self.half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self.half = text[-1]
            text = text[:-1]
        return text

    def says(self, text: str) -> bool:
        """Whether a text is this message's.

        White space at the ends of custom payloads does not count: nodes tend to strip it.
        """
        own = "".join(self.text)
        return own == text or (self.custom and own.strip() == text.strip())

    def note(self, message: Any) -> None:
        """Note what a chunk or message says of its usage and end."""
        self.usage = most(self.usage, usage(getattr(message, "usage_metadata", None)))
        self.reason = finish_reason(message.response_metadata) or self.reason


def role(message: Any) -> str:
    """LangChain's message type, the same for a message and its chunks.

    Example:
        >>> role(AIMessageChunk(content="")), role(HumanMessage("hi"))
        ('ai', 'human')
    """
    kind: str = message.type
    return kind.removesuffix("MessageChunk").lower()


def usage(counts: Any) -> Usage | None:
    """LangChain's usage metadata, without its details; None if there is none."""
    if not counts:
        return None
    return {
        "input_tokens": counts.get("input_tokens") or 0,
        "output_tokens": counts.get("output_tokens") or 0,
        "total_tokens": counts.get("total_tokens") or 0,
    }


def most(one: Usage | None, other: Usage | None) -> Usage | None:
    """The counts of one message, given twice.

    Providers repeat them, let them grow, or tell the input's with the first chunk and the
    output's with the last: never are they to be added up.

    Example:
        >>> split = {"input_tokens": 0, "output_tokens": 5, "total_tokens": 5}
        >>> most({"input_tokens": 9, "output_tokens": 0, "total_tokens": 9}, split)
        {'input_tokens': 9, 'output_tokens': 5, 'total_tokens': 14}
    """
    if one is None or other is None:
        return one or other
    read = max(one["input_tokens"], other["input_tokens"])
    written = max(one["output_tokens"], other["output_tokens"])
    total = max(one["total_tokens"], other["total_tokens"], read + written)
    return {"input_tokens": read, "output_tokens": written, "total_tokens": total}


def finish_reason(metadata: Mapping[str, Any] | None) -> str | None:
    """The provider's word for why a message ended, under whichever name it goes."""
    for key in ("finish_reason", "stop_reason", "done_reason"):
        reason = (metadata or {}).get(key)
        if reason:
            return str(reason)
    return None
