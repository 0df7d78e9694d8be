"""Read one content block, in the form of any provider, as pieces of one form.

The kinds are named as in LangChain's `content_blocks`, where LangChain knows the block. Any
other block keeps its own type as its kind, and its fields as data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lg_notebook.events import Kind

Piece = tuple[Any, Kind, str, dict[str, Any]]
"""Name of the block within its message, its kind, its text, and further fields: `call_id` and
`name` of a tool call, `data` of media and whatever else the block holds."""

MEDIA: frozenset[Kind] = frozenset({"image", "audio", "file"})
"""The kinds of media."""

_MEDIA: dict[str, Kind] = {
    "image": "image",
    "image_url": "image",
    "audio": "audio",
    "input_audio": "audio",
    "file": "file",
    "document": "file",
    "video": "file",
}
_TEXT = frozenset({"text", "text_delta"})
_REASONING = frozenset({"reasoning", "thinking", "reasoning_content"})
_THOUGHTS = ("reasoning", "thinking", "reasoning_content", "text", "summary")
_WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_TEXT, ("text",)),
    **dict.fromkeys(_REASONING, _THOUGHTS),
    "refusal": ("refusal",),
}
_CALL_PARTS = frozenset(
    {"tool_use", "tool_call", "tool_call_chunk", "input_json_delta", "function_call"}
)
_SERVER_CALLS = frozenset(
    {
        "server_tool_use", "server_tool_call", "server_tool_call_chunk", "mcp_tool_use",
        "executable_code", "web_search_call", "file_search_call", "code_interpreter_call",
        "mcp_call", "computer_call", "local_shell_call", "tool_search_call",
    }
)  # fmt: skip
_SERVER_RESULTS = frozenset({"server_tool_result", "code_execution_result", "tool_result"})
_ARGUMENTS = ("input", "args", "arguments", "action", "partial_json")
_ABOUT = frozenset({"type", "index", "id", "logprobs"})
"""Fields that say what a block is, not what it holds."""


def block_pieces(block: Any, at: int, *, calls: bool = False) -> Iterator[Piece]:
    """Read a content block.

    Args:
        block: The block: a text, a mapping, or anything else.
        at: Its index within the content, for a block that has none.
        calls: Whether to read tool calls too. LangChain repeats them beside the content.

    Yields:
        Its pieces; often one, none for a block that holds nothing.

    Example:
        >>> list(block_pieces({"type": "refusal", "refusal": "No."}, 0))
        [(('refusal', 0), 'refusal', 'No.', {})]
    """
    if isinstance(block, str):
        if block:
            yield "text", "text", block, {}
    elif isinstance(block, Mapping):
        index = block.get("index")
        place = index if isinstance(index, (int, str)) else at
        kind = block.get("type")
        yield from _mapping(block, kind if isinstance(kind, str) else "", place, calls=calls)
    else:
        yield ("data", at), "data", "", {"data": block}


def _mapping(
    block: Mapping[str, Any], kind: str, place: int | str, *, calls: bool
) -> Iterator[Piece]:
    fields = _WORDS.get(kind)
    if fields is not None:
        name = "reasoning" if fields is _THOUGHTS else "text" if kind in _TEXT else kind
        yield from _words((name, place), name, block, fields)
    elif kind in _MEDIA:
        yield ("media", place), _MEDIA[kind], "", {"data": dict(block)}
    elif kind == "image_generation_call" and isinstance(block.get("result"), str):
        data = {"type": "image", "base64": block["result"], **rest_of(block, "result")}
        yield ("media", place), "image", "", {"data": data}
    elif kind in _CALL_PARTS:
        yield from _call_part(block, kind, place, calls=calls)
    elif kind in _SERVER_CALLS:
        name = kind.removesuffix("_call") if kind not in {"mcp_call", "server_tool_call"} else ""
        yield from tool_call(("server_tool_call", place), "server_tool_call", block, name)
    elif kind in _SERVER_RESULTS or kind.endswith(("_tool_result", "_call_output")):
        yield ("server_tool_result", place), "server_tool_result", "", _result(block)
    elif kind == "non_standard" and isinstance(block.get("value"), Mapping):
        inner = block["value"]
        own = inner.get("type")
        yield from _mapping(inner, own if isinstance(own, str) else kind, place, calls=calls)
    else:
        yield (kind or "data", place), kind or "data", "", {"data": dict(block)}


def _call_part(
    block: Mapping[str, Any], kind: str, place: int | str, *, calls: bool
) -> Iterator[Piece]:
    """Read a part of a tool call, which LangChain usually repeats beside the content."""
    if calls and kind != "input_json_delta":
        yield from tool_call(("tool_call", place), "tool_call", block)
    elif kind == "input_json_delta" and isinstance(block.get("partial_json"), str):
        # It may be of a server's tool: the writer drops it if no such block is open.
        yield ("server_tool_call", place), "input_json_delta", block["partial_json"], {}


def rest_of(block: Mapping[str, Any], *read: str) -> dict[str, Any]:
    """Return the fields of a block that hold something and are not read otherwise.

    Args:
        block: The block.
        *read: Names of the fields that are read.
    """
    return {
        key: value
        for key, value in block.items()
        if key not in _ABOUT and key not in read and not _is_empty(value)
    }


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, (str, list, tuple, dict)) and not value)


def _words(
    name: Any, kind: Kind, block: Mapping[str, Any], fields: tuple[str, ...]
) -> Iterator[Piece]:
    """Read a block of words; its further fields become data, such as citations."""
    rest = rest_of(block)
    text = ""
    for field in fields:
        value = rest.get(field)
        said = words(value)
        if said is None and isinstance(value, Mapping) and isinstance(value.get("text"), str):
            said = value["text"]
            rest.update(rest_of(value, "text"))
        if said and text in {"", said}:
            text = said
            del rest[field]
    if text or rest:
        yield name, kind, text, {"data": rest} if rest else {}


def words(value: object) -> str | None:
    """Read a text, or a list of blocks that hold nothing but text.

    Args:
        value: Any value.

    Returns:
        The text; None if the value is something else.

    Example:
        >>> words([{"type": "text", "text": "h"}, {"type": "text", "text": "m"}])
        'hm'
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return None
    texts = []
    for item in value:
        said = item.get("text", "") if isinstance(item, Mapping) else item
        if not isinstance(said, str) or (isinstance(item, Mapping) and rest_of(item, "text")):
            return None
        texts.append(said)
    return "".join(texts)


def tool_call(name: Any, kind: Kind, block: Mapping[str, Any], tool: str = "") -> Iterator[Piece]:
    """Read a whole call of a tool, of the graph's or of the provider's server.

    Args:
        name: Name of the block.
        kind: Its kind.
        block: The call.
        tool: Name of the tool, for a call that does not name it.
    """
    found = next((key for key in _ARGUMENTS if not _is_empty(block.get(key))), None)
    rest = rest_of(block, "name", "call_id", found or "")
    args = "" if found is None else block[found]
    more: dict[str, Any] = {}
    call_id = block.get("call_id") or block.get("id")
    if isinstance(call_id, str) and call_id:
        more["call_id"] = call_id
    known = block.get("name") or tool
    if isinstance(known, str) and known:
        more["name"] = known
    if rest and kind != "tool_call":
        more["data"] = rest
    yield name, kind, args if isinstance(args, str) else compact(args), more


def _result(block: Mapping[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {"data": {**rest_of(block, "tool_use_id", "tool_call_id")}}
    call_id = block.get("tool_use_id") or block.get("tool_call_id")
    if isinstance(call_id, str) and call_id:
        more["call_id"] = call_id
    return more


def compact(args: object) -> str:
    """Write arguments as JSON.

    Args:
        args: The arguments.
    """
    import json  # noqa: PLC0415 - needed only for whole messages with tool calls

    return json.dumps(args, ensure_ascii=False, default=str)
