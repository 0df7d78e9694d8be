"""Cassettes: record a model's answers once, then play them back instead of calling it."""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from typing_extensions import Self

from lg_notebook.cassettes import cassette_file, model_facts, model_patch, scope
from lg_notebook.cassettes.exchange import Exchange
from lg_notebook.cassettes.interactions import Interactions
from lg_notebook.cassettes.request import request_of
from lg_notebook.cassettes.response import masked, to_chunk
from lg_notebook.exceptions import (
    ArgumentError,
    CassetteError,
    CassetteFileError,
    FolderError,
    MissingFileError,
)
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.storage.whole_file import located

if TYPE_CHECKING:
    from types import TracebackType

    from lg_notebook.cassettes.request import Request
    from lg_notebook.cassettes.response import Row

Mode: TypeAlias = Literal["once", "none", "all", "new"]

MODES = ("once", "none", "all", "new")

_PLACEHOLDER = "none"
"""What an API key's variable holds while a cassette answers and there is no key. Too short to
be taken for a secret."""


class Cassette:
    """Answers instead of chat models, from a file; made by `lg_notebook.cassette`.

    Attributes:
        path: The file.
        mode: `once`, `none`, `all` or `new`.
        recorded: The number of answers that were recorded since it was opened.
        played: The number of answers that were played since it was opened.
        records: Whether it asks the model if it has no answer, and records that.
    """

    def __init__(
        self, path: str | os.PathLike[str], mode: Mode = "once", speed: float | None = None
    ) -> None:
        if mode not in MODES:
            raise ArgumentError(f"mode is one of {', '.join(MODES)}, not {mode!r}.")
        if speed is not None and not speed > 0:
            raise ArgumentError(
                f"speed is a number above 0, or None for no waiting, not {speed!r}."
            )
        self.path = located(path)
        self.mode = mode
        self.recorded = 0
        self.played = 0
        self._speed = speed
        self._interactions = Interactions()
        self.records = False
        self._users = 0
        self._fresh = False
        self._placeholders: list[str] = []
        self._guard = threading.Lock()

    # ---- opening and closing --------------------------------------------------------

    def __enter__(self) -> Self:
        self._open()
        scope.enter(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        scope.leave(self)
        self._let_go()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def use(self) -> Self:
        """Answer in the whole process from now on, until `close`.

        Returns:
            The cassette itself.

        Raises:
            OSError: The file cannot be read, is a folder, or its folder does not exist.
            CassetteFileError: The file is not a cassette, or broken.

        Example:
            >>> tape = cassette("joke.jsonl").use()
        """
        self._open()
        if not scope.use(self):  # it was in use already
            self._let_go()
        return self

    def close(self) -> None:
        """Let the models answer themselves again; harmless if `use` was not called."""
        if scope.close(self):
            self._let_go()

    def _open(self) -> None:
        with self._guard:
            if not self._users:
                self._begin()
            self._users += 1

    def _begin(self) -> None:
        if self.path.is_dir():
            raise FolderError(f"{self.path} is a folder: give a file.")
        if self.path.exists() and not self.path.is_file():
            raise CassetteFileError(f"{self.path} is a device or a pipe: give a file.")
        exists = self.path.is_file() and self.path.stat().st_size > 0
        if not exists:
            if self.mode == "none":
                raise MissingFileError(f"There is no cassette {self.path}: record it first.")
            if not self.path.parent.is_dir():
                raise MissingFileError(f"There is no folder {self.path.parent}: make it first.")
        self._fresh = not exists or self.mode == "all"
        self.records = self._fresh or self.mode == "new"
        self._interactions = Interactions() if self._fresh else cassette_file.read(self.path)
        self.recorded = self.played = 0
        if not self._fresh:
            self._placeholders = [
                name for name in self._interactions.needs if name not in os.environ
            ]
            os.environ.update(dict.fromkeys(self._placeholders, _PLACEHOLDER))
        model_patch.install(scope.current)

    def _let_go(self) -> None:
        with self._guard:
            self._users -= 1
            if self._users:
                return
            model_patch.uninstall()
            for name in self._placeholders:
                if os.environ.get(name) == _PLACEHOLDER:
                    del os.environ[name]
            self._placeholders = []

    # ---- answering ------------------------------------------------------------------

    def exchange(self, model: Any, messages: Any, options: dict[str, Any]) -> Exchange:
        """Begin an exchange: play back the recorded response, or record one.

        Args:
            model: The model.
            messages: The messages.
            options: The call's other keyword arguments.

        Raises:
            CassetteError: There is no recorded response, and the mode does not ask the model.
        """
        redactor = Redactor(model_facts.settings(model), masks=True)
        request = request_of(model_facts.model_name(model), messages, options, redactor)
        response = None
        with self._guard:
            if not self._fresh:
                response = self._interactions.play(request)
            if response is not None:
                self.played += 1
            elif not self.records:
                raise CassetteError(
                    f"{self.path.name} has no answer to this question (mode {self.mode!r} does"
                    " not ask the model; mode 'new' does)."
                    f" {self._interactions.nearest(request)}"
                )
        needs = sorted(set(model_facts.key_variables(model)))
        save = functools.partial(self._save, request, needs, redactor)
        return Exchange(response, save=save, speed=self._speed)

    def _save(
        self, request: Request, needs: list[str], redactor: Redactor, answer: list[Row]
    ) -> None:
        rows = masked(answer, redactor)
        with self._guard:
            begin = not self.recorded and (self._fresh or not self.path.exists())
            if self._interactions.torn and not begin:
                cassette_file.mend(self.path)
                self._interactions.torn = False
            cassette_file.append(self.path, request, rows, needs, begin=begin)
            self.recorded += 1
            if not self._fresh:
                # From now on it is known, and the model is not called again.
                response = [(gap, to_chunk(chunk)) for gap, chunk in rows]
                self._interactions.add(request, response)
                self._interactions.play(request)

    def __repr__(self) -> str:
        return f"<Cassette {self.path.name}: mode {self.mode}>"


def cassette(
    path: str | os.PathLike[str], mode: Mode = "once", *, speed: float | None = None
) -> Cassette:
    """Record what chat models answer, and from then on play it back instead of asking them.

    The graph really runs, with its nodes, tools, edges and checkpoints. Only the calls of
    LangChain chat models are answered from the file, chunk by chunk, with usage and tool calls.
    That works in sync and async code. Playing back needs no key and no network.

    A question is recognised by the model's name, the messages and the options of the call,
    without ids. For the same question again, the answers come in their order, and the first again
    after the last. An answer that breaks off, by an error or because it was not read to its end,
    is not recorded. Values that look like credentials are masked in the file.

    Args:
        path: The file, JSON Lines (see `lg_notebook.cassettes.cassette_file`). It is compressed
            if its name ends in `.gz`.
        mode: `once`: record if there is no file, otherwise only play back. `none`: only play
            back. `all`: record everything again. `new`: play back what is known, record the rest.
        speed: How fast to play back: 1.0 as it was recorded, 2.0 twice as fast; None without
            waiting.

    Returns:
        A context manager, also for `async with`. `use()` and `close()` switch it on and off for
        the whole process instead: for all cells of a notebook.

    Raises:
        ValueError: There is no such mode; when opened, the file is not a cassette.
        FileNotFoundError: When opened: there is no such file (mode `none`), or no such folder.
        CassetteError: When a model is called with a question that the file does not answer; the
            message shows the nearest recorded question and the difference.

    Example:
        >>> with cassette("joke.jsonl"):
        ...     graph.invoke({"topic": "ice cream"})
    """
    return Cassette(path, mode, speed)


__all__ = ["MODES", "Cassette", "Mode", "cassette"]
