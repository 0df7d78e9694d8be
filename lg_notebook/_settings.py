"""Settings: how much of a run a notebook stores, what is masked and withheld, the cassette."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any

from lg_notebook.core.limits import KINDS, Limits, limits
from lg_notebook.exceptions import SettingError, SettingNameError, SettingTypeError

if TYPE_CHECKING:
    from lg_notebook.cassettes.cassette import Cassette

VARIABLE = "LG_NOTEBOOK_CASSETTE"
"""Environment variable that names a cassette for the whole process.

Two others, with the suffixes `_MODE` and `_SPEED`, set how it is played.
"""


class Settings:
    """The settings of this process; `lg_notebook.settings` is the only object.

    They apply to runs that begin afterwards. `cassette` applies to every call of a chat model.

    Attributes:
        stored_bytes: Approximate bytes of text and media that the runs in one output of a saved
            notebook may take. From them the interactive view is drawn without a kernel. A cut
            says so. 4,000,000 by default.
        media_bytes: Largest picture, sound or file in a message that is kept for the page, the
            notebook and recordings, in bytes. Of a larger one only the kind and the size are
            kept. All media of one run take `stored_bytes` at most. 256,000 by default.
        static_characters: Characters of message text in the static face of a run, HTML and plain
            text. A cut says so. 200,000 by default.
        mask: Whether secrets are masked. False shows everything, secrets included, in the page,
            the notebook and recordings, and each of them says so. Cassettes always mask. True
            by default.
        withhold: Kinds of data that never leave Python for the page, the notebook or
            recordings. The objects themselves stay on the `Run` in Python. A cassette still
            records what models receive, because it could not answer otherwise. Nothing by
            default. Any of:

            - `input`: the graph's input, its messages, and its texts and numbers wherever they
              appear again unchanged;
            - `state`: the values of the graphs' states;
            - `updates`: what nodes write into the state;
            - `results`: of tasks;
            - `custom`: what nodes and tools write to their stream writer;
            - `tools`: arguments, progress and results of tool calls (messages that quote them
              stay);
            - `metadata`: all keys except LangGraph's and LangChain's own.
        cassette: The cassette that answers for chat models in the whole process, so in all
            cells of a notebook. Set a file, or the result of `lg_notebook.cassette` for
            another mode or speed. None, the default, removes it. If opening it fails, that
            error is raised and the cassette before stays. Reading the setting returns the
            `Cassette`, which counts what it played. The environment variable
            `LG_NOTEBOOK_CASSETTE` sets it when lg_notebook is imported, together with
            `LG_NOTEBOOK_CASSETTE_MODE` and `LG_NOTEBOOK_CASSETTE_SPEED`.

    Raises:
        SettingError: A number is negative, or a kind of data is unknown.
        SettingTypeError: A value has the wrong type.
        SettingNameError: There is no such setting.

    Example:
        >>> lg_notebook.settings.withhold = {"input", "state"}
        >>> lg_notebook.settings.cassette = "answers.jsonl"
    """

    cassette: Cassette | None
    stored_bytes: int
    media_bytes: int
    static_characters: int
    mask: bool
    withhold: frozenset[str]

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Restore the defaults.

        Example:
            >>> lg_notebook.settings.reset()
        """
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
        elif name == "mask":
            if not isinstance(value, bool):
                raise SettingTypeError(f"mask is True or False, not {value!r}.")
        elif name == "cassette":
            value = _used(value, before=getattr(self, name, None))
        else:
            raise SettingNameError(
                f"There is no setting {name!r}: there are cassette, mask, media_bytes,"
                " static_characters, stored_bytes, withhold."
            )
        if hasattr(limits, name):
            setattr(limits, name, value)  # which lower rooms read
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        # Without the cassette: a notebook shows the same text with and without one.
        withheld = sorted(self.withhold)
        return (
            f"Settings(stored_bytes={self.stored_bytes:_}, media_bytes={self.media_bytes:_},"
            f" static_characters={self.static_characters:_}, mask={self.mask},"
            f" withhold={withheld})"
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
    """Replace the cassette in use by another one, or by none."""
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
    used = None if made is None else made.use()
    if before is not None:
        before.close()
    return used


def from_environment() -> None:
    """Open the cassette that the environment variable names, for the whole process.

    Raises:
        OSError: It cannot be read, or its folder does not exist.
        CassetteFileError: It is not a cassette.
        ArgumentError: The mode or the speed is not valid.
    """
    from lg_notebook.cassettes.cassette import Cassette  # noqa: PLC0415

    mode: Any = os.environ.get(f"{VARIABLE}_MODE") or "once"
    factor = os.environ.get(f"{VARIABLE}_SPEED")
    try:
        speed = float(factor) if factor else None
    except ValueError:
        raise SettingError(f"{VARIABLE}_SPEED is a number above 0, not {factor!r}.") from None
    settings.cassette = Cassette(os.environ[VARIABLE], mode, speed)


settings = Settings()
