r"""A tape: what chat models were asked and what they answered, as JSON Lines.

The format, version 1. UTF-8; every line is one JSON object and ends with a line feed.

```text
{"format": "lg_notebook.cassette", "version": 1}
{"ask": {"model": …, "messages": […], "options": {…}}, "answer": [[12, {…chunk…}], …], "needs": […]}
```

`ask` is the question without what varies from run to run (ids, usage and other metadata of
the messages). `answer` has the answer's chunks, each with the milliseconds that passed since
the one before it; an answer that was not streamed is one chunk. `needs` names the environment
variables that the model reads its keys from: names, never values. Secrets are masked.
"""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.messages import AIMessage, AIMessageChunk

from lg_notebook.privacy.payload import UNBOUNDED, payload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from langchain_core.messages import BaseMessage

    from lg_notebook.privacy.redactor import Redactor

Question: TypeAlias = dict[str, Any]
"""`{"model": str | None, "messages": […], "options": {…}}`, JSON-ready."""

FORMAT = "lg_notebook.cassette"
VERSION = 1

_SILENT_OPTIONS = {"stream", "stream_usage", "ls_structured_output_format"}
"""Options that change how an answer comes, not what it says."""


def question(
    model: str | None,
    messages: Iterable[BaseMessage],
    options: Mapping[str, Any],
    redactor: Redactor,
) -> Question:
    """What a model is asked, as it is written down and compared.

    Args:
        model: The model's name.
        messages: The messages.
        options: The call's keyword arguments, such as `stop` and `tools`.
        redactor: Knows the secrets.
    """
    kept = {
        key: value
        for key, value in options.items()
        if value is not None and key not in _SILENT_OPTIONS
    }
    return {
        "model": model,
        "messages": [_asked(message, redactor) for message in messages],
        "options": payload(kept, redactor, UNBOUNDED),
    }


def _asked(message: BaseMessage, redactor: Redactor) -> dict[str, Any]:
    calls = [
        {"id": call.get("id"), "name": call["name"], "args": call["args"]}
        for call in getattr(message, "tool_calls", None) or ()
    ]
    row = {
        "type": message.type.removesuffix("MessageChunk").lower(),
        "content": message.content,
        "name": message.name,
        "tool_calls": calls,
        "tool_call_id": getattr(message, "tool_call_id", None),
    }
    kept = {key: value for key, value in row.items() if value not in (None, [])}
    asked: dict[str, Any] = payload(kept, redactor, UNBOUNDED)
    return asked


_CHUNK = (
    "content", "additional_kwargs", "response_metadata", "name", "tool_calls", "invalid_tool_calls",
    "tool_call_chunks", "usage_metadata", "chunk_position",
)  # fmt: skip


def written(message: BaseMessage, info: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A chunk or a whole answer as JSON; without its id, which is new in every run.

    Args:
        message: The message.
        info: LangChain's `generation_info`, which belongs to the message's metadata.
    """
    row = message.model_dump(mode="json")
    row["response_metadata"] = {**_plain(info or {}), **(row.get("response_metadata") or {})}
    kept = {key: row[key] for key in _CHUNK if row.get(key) not in (None, [], {})}
    if isinstance(message, AIMessageChunk):
        # Made from the pieces again when the chunk is.
        kept.pop("tool_calls", None)
        kept.pop("invalid_tool_calls", None)
        kept["chunk"] = True
    return kept


def spoken(row: Mapping[str, Any]) -> AIMessageChunk:
    """The chunk that was written down.

    Raises:
        ValueError: It is none.
    """
    fields = {"content": "", **{key: row[key] for key in _CHUNK if key in row}}
    if row.get("chunk"):
        return AIMessageChunk(**fields)
    whole = AIMessage(**fields)
    pieces: list[Any] = [
        {"type": "tool_call_chunk", "index": index, "id": call["id"], "name": call["name"],
         "args": json.dumps(call["args"])}
        for index, call in enumerate(whole.tool_calls)
    ]  # fmt: skip
    return AIMessageChunk(
        content=whole.content,
        additional_kwargs=whole.additional_kwargs,
        response_metadata=whole.response_metadata,
        name=whole.name,
        usage_metadata=whole.usage_metadata,
        tool_call_chunks=pieces,
    )


def _plain(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


class Tape:
    """The questions and answers of one file.

    Asked the same several times, it gives the answers in the order of the recording, and
    begins again behind the last: so a notebook runs again from its first cell.
    """

    def __init__(self) -> None:
        self._answers: dict[str, list[Any]] = {}
        self._questions: dict[str, Question] = {}
        self._asked: dict[str, int] = {}
        self.needs: list[str] = []

    def add(self, ask: Question, answer: Any) -> None:
        """Take in an answer; the next time that it is asked comes the one after it."""
        key = _key(ask)
        self._questions[key] = ask
        self._answers.setdefault(key, []).append(answer)

    def find(self, ask: Question) -> list[Any] | None:
        """The next answer to a question; None if it was never asked."""
        key = _key(ask)
        answers = self._answers.get(key)
        if not answers:
            return None
        turn = self._asked.get(key, 0)
        self._asked[key] = turn + 1
        answer: list[Any] = answers[turn % len(answers)]
        return answer

    def nearest(self, ask: Question) -> str:
        """The recorded question most like this one, and the difference, for people to read."""
        mine = _lines(ask)
        best: list[str] | None = None
        ratio = -1.0
        for other in self._questions.values():
            lines = _lines(other)
            # Not real_quick_ratio: two long questions may differ in their last line only.
            likeness = difflib.SequenceMatcher(None, lines, mine, autojunk=False).ratio()
            if likeness > ratio:
                best, ratio = lines, likeness
        if best is None:
            return "It holds no question at all."
        difference = difflib.unified_diff(best, mine, "recorded", "asked now", lineterm="", n=2)
        return "The nearest question in it differs so:\n" + "\n".join(difference)

    def __len__(self) -> int:
        return sum(len(answers) for answers in self._answers.values())


def _key(ask: Question) -> str:
    return json.dumps(ask, sort_keys=True)


def _lines(ask: Question) -> list[str]:
    return json.dumps(ask, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def line(row: object) -> bytes:
    """A row of the file."""
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


HEADER = line({"format": FORMAT, "version": VERSION})


def read(path: Path) -> Tape:
    """Read a tape.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a cassette, or a later version of the format, or broken.
    """
    tape = Tape()
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                row = json.loads(raw)
            except ValueError:
                row = None
            if number == 1:
                _check(row, path)
            elif row is None and not raw.endswith(b"\n"):
                break  # it was being written when its process went away
            elif raw.strip():
                try:
                    answer = [(int(gap), spoken(chunk)) for gap, chunk in row["answer"]]
                    tape.add(row["ask"], answer)
                    tape.needs += [n for n in row.get("needs", ()) if n not in tape.needs]
                except Exception as error:
                    raise ValueError(f"{path.name} is broken in line {number}.") from error
    if not path.stat().st_size:
        _check(None, path)
    return tape


def _check(row: Any, path: Path) -> None:
    version = row.get("version") if isinstance(row, dict) and row.get("format") == FORMAT else None
    if not isinstance(version, int):
        raise ValueError(f"{path.name} is not a cassette of lg_notebook: give another file.")  # noqa: TRY004
    if version > VERSION:
        raise ValueError(
            f"{path.name} was written by a newer lg_notebook (version {version} of the format;"
            f" this one reads up to {VERSION}): update lg_notebook to play it."
        )
