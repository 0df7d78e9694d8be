"""Settings: how much of a run is kept in a notebook, and what leaves Python at all."""

from __future__ import annotations

from typing import Any

KINDS = frozenset({"input", "state", "updates", "results", "custom", "tools", "metadata"})
"""What can be withheld."""


class Settings:
    """The settings of this process; `lg_notebook.settings` is the one there is.

    They hold for runs that begin afterwards.

    Attributes:
        stored_bytes: Bytes of text, about, that the runs in one output of a saved notebook may
            take: the interactive view without a kernel. What is cut says so. 4,000,000 by
            default.
        twin_characters: Characters of message text in the static view of a run, HTML and
            plain text. What is cut says so. 200,000 by default.
        withhold: What never leaves Python, for the page, the notebook and recordings: any of
            `input` (the graph's input, and its messages), `state` (the graphs' values),
            `updates` (what nodes write into the state), `results` (of tasks), `custom` (what
            nodes and tools write to their stream writer), `tools` (what tool calls are given,
            tell and return; messages that say it stay), `metadata` (all keys but LangGraph's
            and LangChain's own). The objects themselves stay on the `Run` in Python. Nothing
            by default.

    Example:
        >>> lg_notebook.settings.withhold = {"input", "state"}
    """

    stored_bytes: int
    twin_characters: int
    withhold: frozenset[str]

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Go back to the defaults."""
        self.stored_bytes = 4_000_000
        self.twin_characters = 200_000
        self.withhold = frozenset()

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "withhold":
            value = _kinds(value)
        elif name in {"stored_bytes", "twin_characters"}:
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{name} is a whole number, not {value!r}.")
            if value < 0:
                raise ValueError(f"{name} is 0 or more, not {value!r}.")
        else:
            raise AttributeError(
                f"There is no setting {name!r}: there are stored_bytes, twin_characters, withhold."
            )
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        withheld = sorted(self.withhold)
        return (
            f"Settings(stored_bytes={self.stored_bytes:_}, twin_characters={self.twin_characters:_},"
            f" withhold={withheld})"
        )


def _kinds(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        value = {value}
    kinds = frozenset(value)
    unknown = sorted(map(str, kinds - KINDS))
    if unknown:
        raise ValueError(
            f"withhold knows no {', '.join(unknown)}: it takes any of {', '.join(sorted(KINDS))}."
        )
    return kinds


settings = Settings()
