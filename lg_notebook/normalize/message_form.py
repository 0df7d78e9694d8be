"""The form of a message: its calls and other blocks, to compare the streamed and the final one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.utils.json import parse_partial_json

from lg_notebook.normalize.content import pieces
from lg_notebook.normalize.content_blocks import MEDIA

if TYPE_CHECKING:
    from lg_notebook.normalize.content_blocks import Piece

_LONG = 1_000
"""Characters from which on only the hash of a text is kept, such as of an image."""


class MessageForm:
    """The tool calls of a message, and the words of its blocks other than plain text.

    Example:
        >>> form = MessageForm()
        >>> form.add(0, "tool_call", "{}", {"call_id": "c", "name": "look"})
        >>> form.is_that_of(AIMessage("", tool_calls=[{"id": "c", "name": "look", "args": {}}]))
        True
    """

    __slots__ = ("_calls", "_media", "_words")

    def __init__(self) -> None:
        self._calls: dict[Any, list[str]] = {}  # id, name, and pieces of the arguments
        self._media: set[str] = set()
        self._words: dict[tuple[str, ...], list[str]] = {}

    def add(self, block: Any, kind: str, text: str, more: Mapping[str, Any]) -> None:
        """Add a piece.

        Args:
            block: Number or name of its block.
            kind: The kind of the block.
            text: Its text.
            more: Its further fields.
        """
        if kind == "tool_call":
            call = self._calls.setdefault(block, ["", ""])
            call[0] = more.get("call_id") or call[0]
            call[1] = more.get("name") or call[1]
            call.append(text)
            return
        if kind in MEDIA:
            self._media.add(kind)
        if kind != "text" and text:
            self._words.setdefault((kind,), []).append(text)
        for path, word in _strings(more.get("data"), (kind,)):
            self._words.setdefault(path, []).append(word)

    def is_that_of(self, message: Any) -> bool:
        """Whether a final message has the same calls, no fewer media and no new words.

        Args:
            message: The final message.
        """
        final = MessageForm()
        for name, kind, text, more in pieces(message):
            final.add(name, kind, text, more)
        known = ["".join(words) for words in self._words.values()]
        return (
            self._has_calls_of(final)
            and self._media == final._media
            and all(
                any(word in said for said in known)
                for words in final._words.values()
                for word in words
            )
        )

    def _has_calls_of(self, final: MessageForm) -> bool:
        own, others = (
            sorted(map(_call, self._calls.values())),
            sorted(map(_call, final._calls.values())),
        )
        if own == others:
            return True
        # LangChain joins the pieces of two calls with one index, so that no JSON is left of them.
        whole = {call_id for call_id, _, args in own if args.startswith("{")}
        return [call[:2] for call in own] == [call[:2] for call in others] and any(
            call_id in whole and not args.startswith("{") for call_id, _, args in others
        )


def _call(parts: list[str]) -> tuple[str, str, str]:
    text = "".join(parts[2:])
    try:
        args = json.dumps(parse_partial_json(text or "{}"), sort_keys=True)
    except ValueError:
        args = f"broken: {text}"
    return parts[0], parts[1], args


def _strings(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str) and value:
        yield path, value if len(value) < _LONG else f" {hash(value)} "
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item, path)


def final_blocks(message: Any) -> list[Piece]:
    """List the blocks of a whole message, the pieces of each joined.

    Args:
        message: The message.
    """
    found: dict[Any, Piece] = {}
    for name, kind, text, more in pieces(message):
        _, _, before, known = found.get(name, (name, kind, "", {}))
        found[name] = name, kind, before + text, {**known, **more}
    return [piece for piece in found.values() if piece[1] != "input_json_delta"]
