"""A message's entry in the normalizer, from its first piece to the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.core.location import place
from lg_notebook.normalize.message_form import MessageForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lg_notebook.core.location import PlaceFields
    from lg_notebook.events import Kind, Origin, Usage
    from lg_notebook.privacy.stream_mask import StreamMask


class TrackedMessage:
    """The entry of a message.

    Args:
        key: Its key within the run.
        ns: Namespace of the graph that it comes from.
        meta: LangGraph's metadata: the same object for every token of one model call.

    Attributes:
        at: The place that it comes from.
        path: The checkpoint namespace of its task; that of a subgraph starts with its parent's.
        call_id: For a tool's message, the id of the call whose result it is.
        origin: The way the message arrived; None while the entry has no message.
        from_model: Whether a chat model made it, by its id or its response metadata.
        custom: Whether it is made of custom payloads.
        shared: Whether several tasks may have written it.
        replayed: Whether it is from an earlier run, by a checkpoint or a cache.
        whole_from: The paths that it arrived whole from. An equal text from there is a new
            message.
        half_pair: Half of a surrogate pair that waits for the other half; or empty.
        text: Its text so far, unmasked.
        blocks: The number of each block, by its name in `content.pieces`.
        calls: The name of the open block of each tool call, and the call's id, by the name that
            `content.pieces` gives it.
        form: Its calls and other blocks, to compare with its final form.
        mask: The mask of its plain text; None if there is nothing to mask.
    """

    __slots__ = (
        "at", "blocks", "call_id", "calls", "custom", "done", "form", "from_model", "half_pair",
        "id", "key", "kinds", "mask", "masks", "meta", "origin", "path", "reason", "replayed", "role",
        "shared", "text", "usage", "whole_from",
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
        self.from_model = False
        self.custom = False
        self.shared = False
        self.replayed = False
        self.whole_from: set[str] = set()
        self.done = False
        self.text: list[str] = []
        self.usage: Usage | None = None
        self.reason: str | None = None
        self.blocks: dict[Any, int] = {}
        self.calls: dict[Any, tuple[Any, str | None]] = {}
        self.form = MessageForm()
        self.kinds: list[Kind] = []
        self.masks: list[StreamMask | None] = []
        self.half_pair = ""
        self.mask: StreamMask | None = None

    @property
    def task(self) -> str | None:
        """Id of the task that it comes from."""
        task: str | None = self.at["task"]
        return task

    def open(self, name: Any, kind: Kind, mask: StreamMask | None) -> int:
        """Add a block; return its number."""
        block = self.blocks[name] = len(self.kinds)
        self.kinds.append(kind)
        self.masks.append(mask)
        return block

    def join_surrogates(self, text: str) -> str:
        """Join surrogate pairs across pieces; a half at the end waits for the next piece.

        Some servers cut an emoji in two. A half alone cannot be encoded.

        Args:
            text: The next piece.

        Returns:
            The text to write.
        """
        if self.half_pair:
            text = (
                (self.half_pair + text)
                .encode("utf-16", "surrogatepass")
                .decode("utf-16", "replace")
            )
            self.half_pair = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self.half_pair = text[-1]
            text = text[:-1]
        return text

    def has_text(self, text: str) -> bool:
        """Whether a text equals this message's.

        White space at the ends of custom payloads does not count, because nodes often strip it.
        """
        own = "".join(self.text)
        return own == text or (self.custom and own.strip() == text.strip())

    def note(self, message: Any) -> None:
        """Note the usage and the finish reason of a chunk or message."""
        self.usage = merge_usage(self.usage, usage(getattr(message, "usage_metadata", None)))
        self.reason = finish_reason(message.response_metadata) or self.reason


def role(message: Any) -> str:
    """Read LangChain's message type, the same for a message and its chunks.

    Example:
        >>> role(AIMessageChunk(content="")), role(HumanMessage("hi"))
        ('ai', 'human')
    """
    kind = str(message.type)
    return kind.removesuffix("MessageChunk").lower()


def usage(counts: Any) -> Usage | None:
    """Read LangChain's usage metadata without its details.

    Args:
        counts: The metadata, or None.

    Returns:
        The three counts, or None.
    """
    if not counts:
        return None
    return {
        "input_tokens": counts.get("input_tokens") or 0,
        "output_tokens": counts.get("output_tokens") or 0,
        "total_tokens": counts.get("total_tokens") or 0,
    }


def merge_usage(one: Usage | None, other: Usage | None) -> Usage | None:
    """Merge two token counts of one message.

    Providers repeat counts, let them grow, or send the input's with the first chunk and the
    output's with the last. They are never added up.

    Example:
        >>> split = {"input_tokens": 0, "output_tokens": 5, "total_tokens": 5}
        >>> merge_usage({"input_tokens": 9, "output_tokens": 0, "total_tokens": 9}, split)
        {'input_tokens': 9, 'output_tokens': 5, 'total_tokens': 14}
    """
    if one is None or other is None:
        return one or other
    read = max(one["input_tokens"], other["input_tokens"])
    written = max(one["output_tokens"], other["output_tokens"])
    total = max(one["total_tokens"], other["total_tokens"], read + written)
    return {"input_tokens": read, "output_tokens": written, "total_tokens": total}


def finish_reason(metadata: Mapping[str, Any] | None) -> str | None:
    """Read the provider's reason for a message's end, which has one of three names.

    Example:
        >>> finish_reason({"stop_reason": "max_tokens"})
        'max_tokens'
    """
    for key in ("finish_reason", "stop_reason", "done_reason"):
        reason = (metadata or {}).get(key)
        if reason:
            return str(reason)
    return None
