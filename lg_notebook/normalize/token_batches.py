"""Collect the plain tokens of one message: the cost per token dominates the cost of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.core.text import is_sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lg_notebook.model.token_batch import Arrival
    from lg_notebook.normalize.tracked_message import TrackedMessage


def plain_tokens(
    items: Sequence[Arrival], start: int, end: int, meta: object
) -> tuple[list[str], list[int], int]:
    """Collect the next tokens of one model call that have only text.

    Args:
        items: Stream items.
        start: Index of the first item.
        end: Index after the last one.
        meta: The call's metadata: the same object with each of its tokens.

    Returns:
        The texts, the times, and the index of the first item that is something else.
    """
    pieces: list[str] = []
    times: list[int] = []
    at = start
    while at < end:
        (_, mode, payload), t = items[at]
        if mode != "messages" or payload[1] is not meta:
            break
        fields = payload[0].__dict__
        text = fields["content"]
        if (
            type(text) is not str
            or fields["additional_kwargs"]
            or fields["response_metadata"]
            or fields.get("tool_call_chunks")  # only AI messages have this and the next
            or fields.get("usage_metadata")
            or fields.get("chunk_position") is not None  # older langchain-core has none
            or (not text.isascii() and not is_sound(text))  # half an emoji, perhaps
        ):
            break
        if text:
            pieces.append(text)
            times.append(t)
        at += 1
    return pieces, times, at


def masked(
    entry: TrackedMessage, pieces: list[str], times: list[int]
) -> tuple[list[str], list[int]]:
    """Mask the pieces of an entry's text.

    Args:
        entry: The message.
        pieces: The new pieces.
        times: Their times.

    Returns:
        The pieces to show, and their times, without pieces that are held back.
    """
    mask = entry.mask
    if mask is None or mask.passes("".join(pieces)):
        return pieces, times
    shown = [(mask.add(piece), t) for piece, t in zip(pieces, times, strict=True)]
    return [text for text, _ in shown if text], [t for text, t in shown if text]
