"""Write the blocks of a message that are neither text, reasoning nor tool calls, to be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lg_notebook.model.message import Block, Message

MEDIA = frozenset({"image", "audio", "file"})
_OWN = frozenset({"text", "reasoning", "tool_call"})
_SEALED = frozenset(
    {
        "type", "index", "id", "status", "signature", "thought_signature", "encrypted_content",
        "encrypted_index",
    }
)  # fmt: skip
"""Fields that nobody can read, or that say what the block is."""


def other_parts(message: Message, shows: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """List the parts of a message besides its text, reasoning and tool calls.

    Args:
        message: The message.
        shows: Whether to show a kind.

    Yields:
        A kind and its text. The kind of what a text cites, and the like, is `data`.
    """
    for block in message.blocks:
        if not shows(block.kind):
            continue
        if block.kind not in _OWN:
            yield block.kind, block_text(block)
        elif block.kind != "tool_call" and (data := _data(block)):
            yield "data", data


def block_text(block: Block) -> str:
    """Write a block: its text or call, and its data as JSON.

    Args:
        block: The block.

    Example:
        >>> block_text(block)
        'web_search({"query": "cats"})'
    """
    if block.kind in MEDIA:
        return f"[{block.kind}] {block.text}".strip()
    text = block.text
    if block.name is not None:
        text = f"{block.name}({text})"
    return " ".join(filter(None, [text, _data(block)]))


def _data(block: Block) -> str:
    sealed = _SEALED | {"data"} if block.kind == "redacted_thinking" else _SEALED
    shown = [value for value in (_readable(data, sealed) for data in block.data) if value]
    return " ".join(json.dumps(value, ensure_ascii=False) for value in shown)


def _readable(value: Any, sealed: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _readable(item, sealed) for key, item in value.items() if key not in sealed}
    return [_readable(item, sealed) for item in value] if isinstance(value, list) else value
