"""Read what providers say beside the content: in `additional_kwargs` and `response_metadata`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lg_notebook.normalize.content_blocks import Piece, block_pieces, rest_of, tool_call, words

_REASONING = ("reasoning_content", "reasoning", "tool_plan")
_CITED = ("grounding_metadata", "citation_metadata", "citations", "search_results")


def before_content(extras: Mapping[str, Any]) -> Iterator[Piece]:
    """Read what a model said before the content: reasoning, and tools of its server.

    Args:
        extras: The message's `additional_kwargs`.

    Yields:
        The pieces.

    Example:
        >>> list(before_content({"reasoning_content": "hm"}))
        [('reasoning', 'reasoning', 'hm', {})]
    """
    for key in _REASONING:
        value = extras.get(key)
        if value:
            field = "reasoning"
            block = value if isinstance(value, Mapping) else {field: value}
            for _, kind, text, more in block_pieces({**block, "type": field}, 0):
                yield "reasoning", kind, text, more
    for at, tool in enumerate(_listed(extras.get("executed_tools"))):
        call = rest_of(tool, "output")
        yield from tool_call(
            ("server_tool_call", "executed", at), "server_tool_call",
            {**call, "id": tool.get("id")}, str(tool.get("type") or ""),
        )  # fmt: skip
        if tool.get("output"):
            data = {"output": tool["output"]}
            name = "server_tool_result", "executed", at
            yield name, "server_tool_result", "", {"data": data}
    for at, block in enumerate(_listed(extras.get("tool_outputs"))):
        for name, *rest in block_pieces({**block, "index": f"output {at}"}, at):
            yield (name, *rest)


def after_content(
    extras: Mapping[str, Any], metadata: Mapping[str, Any], calls: Collection[Any]
) -> Iterator[Piece]:
    """Read what a model said after the content: a refusal, a transcript, citations.

    Args:
        extras: The message's `additional_kwargs`.
        metadata: Its `response_metadata`.
        calls: Names of the calls that the message has in LangChain's form; None for a further
            piece. They often repeat the `function_call`.

    Yields:
        The pieces.
    """
    refusal = words(extras.get("refusal"))
    if refusal:
        yield "refusal", "refusal", refusal, {}
    audio = extras.get("audio")
    if isinstance(audio, Mapping):
        yield from _audio(audio)
    function = extras.get("function_call")
    if isinstance(function, Mapping) and not {None, function.get("name")} & {*calls}:
        yield from tool_call("function_call", "tool_call", function)
    for place in (extras, metadata):
        cited = {key: place[key] for key in _CITED if place.get(key)}
        if cited:
            yield "text", "text", "", {"data": cited}


def _audio(audio: Mapping[str, Any]) -> Iterator[Piece]:
    transcript = words(audio.get("transcript")) or ""
    data = rest_of(audio, "data", "expires_at", *(["transcript"] if transcript else []))
    if audio.get("data"):
        data["base64"] = audio["data"]
    if transcript or data:
        yield "audio", "audio", transcript, {"data": {"type": "audio", **data}} if data else {}


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
