"""Values that are hard to read: what people really have in their states, and worse."""

from __future__ import annotations

import decimal
import enum
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st


class Sullen:
    """Raises at one kind of question.

    Args:
        question: Name of the method that raises.
    """

    def __init__(self, question: str) -> None:
        self.question = question

    def _ask(self, name: str, answer: Any) -> Any:
        if self.question in {name, "all"}:
            raise RuntimeError(f"no {name}")
        return answer

    def __bool__(self) -> bool:
        return bool(self._ask("bool", answer=True))

    def __str__(self) -> str:
        return str(self._ask("str", "a sullen one"))

    def __repr__(self) -> str:
        return str(self._ask("repr", "Sullen()"))

    def __len__(self) -> int:
        return int(self._ask("len", 1))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ask("iter", [1]))

    def __eq__(self, other: object) -> bool:
        return bool(self._ask("eq", self is other))

    def __hash__(self) -> int:
        return int(self._ask("hash", 7))

    def __getattr__(self, name: str) -> Any:
        if self.__dict__.get("question") in {"getattr", "all"}:
            raise RuntimeError(f"no {name}")
        raise AttributeError(name)


class Colour(enum.Enum):
    RED = "red"


class Pretender(str):
    """A text that is not a plain one."""

    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("no str")


def cycle() -> list[Any]:
    """A list that holds itself."""
    ring: list[Any] = [1]
    ring.append(ring)
    return ring


def deep(levels: int = 300) -> Any:
    """A value far down."""
    value: Any = 1
    for _ in range(levels):
        value = {"in": [value]}
    return value


QUESTIONS = ("bool", "str", "repr", "len", "iter", "eq", "hash", "getattr", "all")
MAKERS: dict[str, Callable[[], Any]] = {
    "array": lambda: np.array(["a", "b"]),
    "numbers": lambda: np.arange(3.5),
    "scalar": lambda: np.float64("nan"),
    "frame": lambda: pd.DataFrame({"content": ["a"], "type": ["ai"], "id": [1]}),
    "series": lambda: pd.Series([1, 2]),
    "missing": lambda: pd.NA,
    "not a time": lambda: pd.NaT,
    "decimal": lambda: decimal.Decimal("sNaN"),
    "uuid": lambda: uuid.UUID(int=7),
    "enum": lambda: Colour.RED,
    "huge": lambda: 10**6000,
    "nan": lambda: float("nan"),
    "infinite": lambda: float("inf"),
    "bytes": lambda: b"\xff\x00",
    "cycle": cycle,
    "deep": deep,
    "generator": lambda: (at for at in range(3)),
    "lock": threading.Lock,
    "class": lambda: Sullen,
    "function": lambda: cycle,
    "module": lambda: uuid,
    "exception": lambda: ValueError(Sullen("str")),
    "pretender": lambda: Pretender("text"),
    "half a pair": lambda: "x\ud83d y",
    "keys": lambda: {1: 2, None: 3, (1, 2): 4, Colour.RED: 5},
    "set": lambda: {1, "a", None},
    "row": lambda: {"id": 7, "type": "pdf", "content": "alpha"},
    "row of numbers": lambda: {"id": "d", "type": "ai", "content": [1, {"type": Colour.RED}]},
    "removal": lambda: {"id": None, "type": "remove", "content": ""},
    "call": lambda: {"type": "tool_call", "id": ["x"], "name": 3, "args": cycle()},
    **{f"sullen {name}": (lambda name=name: Sullen(name)) for name in QUESTIONS},
}
"""Name → makes a fresh value."""

TEXTS = st.text(max_size=6)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
NAMES = st.sampled_from(sorted(MAKERS))
KEYS = st.sampled_from(
    ["type", "text", "content", "id", "index", "thinking", "reasoning", "summary", "data", "name",
     "input", "citations", "args", "role", "refusal", "source_type", "url", "extras"]
)  # fmt: skip
TYPES = st.sampled_from(
    ["text", "thinking", "reasoning", "reasoning_content", "image", "image_url", "file", "refusal",
     "tool_use", "server_tool_use", "input_json_delta", "tool_call", "function_call", "non_standard",
     "web_search_tool_result", "redacted_thinking", "x"]
)  # fmt: skip
ANYTHING = PLAIN | st.lists(PLAIN, max_size=2) | NAMES.map(lambda name: MAKERS[name]())
BLOCKS = TEXTS | st.tuples(TYPES, st.dictionaries(KEYS, ANYTHING, max_size=3)).map(
    lambda pair: {"type": pair[0], **pair[1]}
)
"""Content blocks of any shape."""
