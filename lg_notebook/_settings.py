"""Settings: how much of a run is kept in a notebook, what leaves Python, who answers for models."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any

from lg_notebook.core.limits import KINDS, Limits, limits
from lg_notebook.exceptions import SettingError, SettingNameError, SettingTypeError

if TYPE_CHECKING:
    from lg_notebook.cassettes.cassette import Cassette

VARIABLE = "LG_NOTEBOOK_CASSETTE"
"""Environment variable that names a cassette for the whole process. With `_MODE` and `_SPEED`
behind it, two others say how it is played."""


class Settings:
    """The settings of this process; `lg_notebook.settings` is the one there is.

    They hold for runs that begin afterwards, `cassette` for whatever asks a chat model.

    Attributes:
        stored_bytes: Bytes of text, about, that the runs in one output of a saved notebook may
            take, with the media in them: the interactive view without a kernel. What is cut
            says so. 4,000,000 by default.
        media_bytes: Bytes that a picture, a recording or a file in a message may have to be
            kept, for the page, the notebook and recordings; of a larger one only its kind and
            its size are told. Those of one run take `stored_bytes` together at most. 256,000
            by default.
        static_characters: Characters of message text in the static view of a run, HTML and
            plain text. What is cut says so. 200,000 by default.
        withhold: What never leaves Python, for the page, the notebook and recordings: any of
            `input` (the graph's input, its messages, and its texts and numbers wherever they
            come again as they were), `state` (the graphs' values),
            `updates` (what nodes write into the state), `results` (of tasks), `custom` (what
            nodes and tools write to their stream writer), `tools` (what tool calls are given,
            tell and return; messages that say it stay), `metadata` (all keys but LangGraph's
            and LangChain's own). The objects themselves stay on the `Run` in Python. Nothing
            by default. A cassette holds what models were asked all the same: it could not
            answer otherwise.
        cassette: The cassette that answers for chat models in the whole process, so in all
            cells of a notebook: a file, or what `lg_notebook.cassette` makes of one where
            another mode or speed is wanted. None, the default, takes it out. The environment
            variable `LG_NOTEBOOK_CASSETTE` sets it when lg_notebook is imported
            (`LG_NOTEBOOK_CASSETTE_MODE` and `LG_NOTEBOOK_CASSETTE_SPEED` with it). Reading it
            gives the `Cassette`, which counts what it played. Setting it raises what opening a
            cassette raises, and leaves the one before in its place.

    Example:
        >>> lg_notebook.settings.withhold = {"input", "state"}
        >>> lg_notebook.settings.cassette = "answers.jsonl"
    """

    cassette: Cassette | None
    stored_bytes: int
    media_bytes: int
    static_characters: int
    withhold: frozenset[str]

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Go back to the defaults."""
        for name, value in dataclasses.asdict(Limits()).items():
            setattr(self, name, value)
        self.cassette = None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "withhold":
            value = _kinds(value)
        elif name in {"stored_bytes", "media_bytes", "static_characters"}:
            if isinstance(value, bool) or not isinstance(value, int):
                raise SettingTypeError(f"{name} is a whole number, not {value!r}.")
            if value < 0:
                raise SettingError(f"{name} is 0 or more, not {value!r}.")
        elif name == "cassette":
            value = _used(value, before=getattr(self, name, None))
        else:
            raise SettingNameError(
                f"There is no setting {name!r}: there are cassette, stored_bytes,"
                " media_bytes, static_characters, withhold."
            )
        if hasattr(limits, name):
            setattr(limits, name, value)  # where the rooms below read it
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        # Without the cassette: a notebook shows the same whether it is played or not.
        withheld = sorted(self.withhold)
        return (
            f"Settings(stored_bytes={self.stored_bytes:_}, media_bytes={self.media_bytes:_},"
            f" static_characters={self.static_characters:_}, withhold={withheld})"
        )


def _kinds(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        value = {value}
    kinds = frozenset(value)
    unknown = sorted(map(str, kinds - KINDS))
    if unknown:
        raise SettingError(
            f"withhold knows no {', '.join(unknown)}: it takes any of {', '.join(sorted(KINDS))}."
        )
    return kinds


def _used(value: Any, before: Cassette | None) -> Cassette | None:
    """The cassette, which answers from now on in the place of the one before."""
    same = value is before
    if same:
        return before
    made: Cassette | None = None
    if value is not None:
        # Chat models are slow to import.
        from lg_notebook.cassettes.cassette import Cassette  # noqa: PLC0415

        if not isinstance(value, (str, os.PathLike, Cassette)):
            raise SettingTypeError(
                f"cassette is a file, what lg_notebook.cassette gives, or None, not {value!r}."
            )
        made = value if isinstance(value, Cassette) else Cassette(value)
    if before is not None:
        before.close()
    try:
        return None if made is None else made.use()
    except BaseException:
        if before is not None:
            before.use()
        raise


def from_environment() -> None:
    """Open the cassette that the environment names, for the whole process.

    Raises:
        OSError: It cannot be read, or its folder does not exist.
        ValueError: It is not a cassette, or its mode or speed is none.
    """
    from lg_notebook.cassettes.cassette import Cassette  # noqa: PLC0415

    mode: Any = os.environ.get(f"{VARIABLE}_MODE") or "once"
    given = os.environ.get(f"{VARIABLE}_SPEED")
    try:
        speed = float(given) if given else None
    except ValueError:
        raise SettingError(f"{VARIABLE}_SPEED is a number above 0, not {given!r}.") from None
    settings.cassette = Cassette(os.environ[VARIABLE], mode, speed)


settings = Settings()
