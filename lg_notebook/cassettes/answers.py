"""What a model was asked and what it answered, on the way to a cassette and back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from langchain_core.messages import message_chunk_to_message
from langchain_core.outputs import ChatGeneration, ChatResult

from lg_notebook.cassettes import cassette_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.messages import AIMessageChunk

    from lg_notebook.cassettes.cassette_file import Question
    from lg_notebook.privacy.redactor import Redactor

_MILLISECOND = 1_000_000


class Call:
    """One question, and what there is to answer it with."""

    def __init__(
        self,
        ask: Question,
        answer: list[tuple[int, AIMessageChunk]] | None,
        redactor: Redactor,
        needs: list[str],
    ) -> None:
        self.ask = ask
        self.answer = answer
        self.redactor = redactor
        self.needs = needs


class Answer:
    """Chunks as they come, with the time between them."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, dict[str, Any]]] = []
        self._last = time.monotonic_ns()

    def take(self, chunk: Any) -> None:
        """Take the next `ChatGenerationChunk`."""
        now = time.monotonic_ns()
        gap, self._last = (now - self._last) // _MILLISECOND, now
        self.rows.append((gap, cassette_file.written(chunk.message, chunk.generation_info)))


def recorded(result: Any, began: int) -> list[tuple[int, dict[str, Any]]]:
    """A `ChatResult`, which came whole, as the one row that a cassette keeps of it.

    Args:
        result: What the model answered.
        began: When it was asked, in nanoseconds of the monotonic clock.
    """
    generation = result.generations[0]
    gap = (time.monotonic_ns() - began) // _MILLISECOND
    return [(gap, cassette_file.written(generation.message, generation.generation_info))]


def played(answer: list[tuple[int, AIMessageChunk]]) -> ChatResult:
    """The chunks of a kept answer as one result, for who does not stream."""
    first, *rest = (chunk for _, chunk in answer)
    total = first.model_copy(deep=True)
    for chunk in rest:
        total += chunk
    return ChatResult(generations=[ChatGeneration(message=message_chunk_to_message(total))])


def model_name(model: Any) -> str | None:
    """The model's name, as LangChain's traces have it."""
    try:
        name = model._get_ls_params().get("ls_model_name")  # noqa: SLF001 - there is no other way
    except Exception:  # noqa: BLE001 - a user's model may raise anything
        name = None
    return name if isinstance(name, str) else None


def settings(model: Any) -> dict[str, Any]:
    """The model's own attributes, among which its keys are."""
    return {key: value for key, value in vars(model).items() if not key.startswith("_")}


def key_variables(model: Any) -> Iterator[str]:
    """The names of the environment variables that the model reads its keys from."""
    try:
        names = dict(model.lc_secrets).values()
    except Exception:  # noqa: BLE001
        return
    yield from (name for name in names if isinstance(name, str))


def masked(
    answer: list[tuple[int, dict[str, Any]]], redactor: Redactor
) -> list[tuple[int, dict[str, Any]]]:
    """The answer without secrets, also those that are spread over several chunks."""
    pieces = redactor.pieces()
    if pieces is None:
        return answer
    out: list[tuple[int, dict[str, Any]]] = []
    for number, (gap, chunk) in enumerate(answer):
        row = {key: _text(value, redactor) for key, value in chunk.items() if key != "content"}
        content = chunk.get("content", "")
        if isinstance(content, str):
            content = pieces.feed(content)
            if number == len(answer) - 1:
                content += pieces.flush()
        else:
            content = _text(content, redactor)
        out.append((gap, {"content": content, **row}))
    return out


def _text(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, dict):
        return {key: _text(item, redactor) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item, redactor) for item in value]
    return value
