"""Cassettes: a model's answers recorded once, and played instead of the model ever after."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from langchain_core.outputs import ChatGenerationChunk
from typing_extensions import Self

from lg_notebook.cassettes import answers, cassette_file, model_patch
from lg_notebook.privacy.redactor import Redactor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import TracebackType

    from lg_notebook.cassettes.cassette_file import Tape

Mode: TypeAlias = Literal["once", "none", "all", "new"]

MODES = ("once", "none", "all", "new")

_PLACEHOLDER = "none"
"""What an API key's variable holds while a cassette answers and there is no key. Too short to
be taken for a secret."""

_scope: contextvars.ContextVar[tuple[Cassette, ...]] = contextvars.ContextVar(
    "lg_notebook_cassette", default=()
)
_scoped: list[Cassette] = []
_inserted: list[Cassette] = []
_lock = threading.RLock()


class CassetteError(LookupError):
    """A model was asked what the cassette has no answer to."""


def _open_here() -> list[Cassette]:
    """The cassettes that answer here and now, in the order in which they are asked.

    First the innermost `with` of this context; where a thread has lost its context, the only
    one that is open. Behind it, in the model's place, the one inserted last.
    """
    # A context may be a copy that outlived the `with` which it was made in.
    here = [each for each in _scope.get() if each in _scoped]
    if not here and len(_scoped) == 1 and not _inserted:
        here = _scoped
    return [*here[-1:], *_inserted[-1:]]


def _current(asked: tuple[model_patch.Host, ...]) -> Cassette | None:
    """Who answers after those who were asked."""
    return next((each for each in _open_here() if each not in asked), None)


def answers_all() -> bool:
    """Whether cassettes answer every question here and now, so that no model is ever asked."""
    return any(not each.records for each in _open_here())


class Cassette(model_patch.Host):
    """Answers in the place of chat models, from a file; made by `lg_notebook.cassette`.

    Attributes:
        path: The file.
        mode: `once`, `none`, `all` or `new`.
        recorded: The number of answers that were recorded since it was opened.
        played: The number of answers that were played since it was opened.
        records: Whether it asks a model what it has no answer to.
    """

    def __init__(
        self, path: str | os.PathLike[str], mode: Mode = "once", speed: float | None = None
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}.")
        if speed is not None and not speed > 0:
            raise ValueError(f"speed is a number above 0, or None for no waiting, not {speed!r}.")
        self.path = Path(path)
        self.mode = mode
        self.recorded = 0
        self.played = 0
        self._speed = speed
        self._tape: Tape = cassette_file.Tape()
        self.records = False
        self._open = 0
        self._fresh = False
        self._placeholders: list[str] = []
        self._guard = threading.Lock()

    # ---- opening and closing --------------------------------------------------------

    def __enter__(self) -> Self:
        self._load()
        with _lock:
            _scoped.append(self)
        _scope.set((*_scope.get(), self))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _scope.set(tuple(each for each in _scope.get() if each is not self))
        with _lock:
            _scoped.remove(self)
        self._unload()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def insert(self) -> Cassette:
        """Let it answer from here on, in the whole process, until `eject`.

        Returns:
            The cassette itself.

        Raises:
            OSError: The file cannot be read, or its folder does not exist.
            ValueError: The file is not a cassette, or broken.

        Example:
            >>> tape = cassette("joke.jsonl").insert()
        """
        with _lock:
            if self not in _inserted:
                self._load()
                _inserted.append(self)
        return self

    def eject(self) -> None:
        """Let the models answer themselves again; harmless when it was not inserted."""
        with _lock:
            if self not in _inserted:
                return
            _inserted.remove(self)
        self._unload()

    def _load(self) -> None:
        with self._guard:
            if not self._open:
                self._begin()
            self._open += 1

    def _begin(self) -> None:
        exists = self.path.is_file() and self.path.stat().st_size > 0
        if not exists:
            if self.mode == "none":
                raise FileNotFoundError(f"There is no cassette {self.path}: record it first.")
            if not self.path.parent.is_dir():
                raise FileNotFoundError(f"There is no folder {self.path.parent}: make it first.")
        self._fresh = not exists or self.mode == "all"
        self.records = self._fresh or self.mode == "new"
        self._tape = cassette_file.Tape() if self._fresh else cassette_file.read(self.path)
        self.recorded = self.played = 0
        if not self._fresh:
            self._placeholders = [name for name in self._tape.needs if name not in os.environ]
            os.environ.update(dict.fromkeys(self._placeholders, _PLACEHOLDER))
        model_patch.install(_current)

    def _unload(self) -> None:
        with self._guard:
            self._open -= 1
            if self._open:
                return
            model_patch.uninstall()
            for name in self._placeholders:
                if os.environ.get(name) == _PLACEHOLDER:
                    del os.environ[name]
            self._placeholders = []

    # ---- answering ------------------------------------------------------------------

    def _find(self, model: Any, messages: Any, options: Any) -> answers.Call:
        redactor = Redactor(answers.settings(model))
        ask = cassette_file.question(answers.model_name(model), messages, options, redactor)
        answer = None
        with self._guard:
            if not self._fresh:
                answer = self._tape.find(ask)
            if answer is not None:
                self.played += 1
            elif not self.records:
                raise CassetteError(
                    f"{self.path.name} has no answer to this question (mode {self.mode!r} does"
                    f" not ask the model; mode 'new' does). {self._tape.nearest(ask)}"
                )
        return answers.Call(ask, answer, redactor, sorted(set(answers.key_variables(model))))

    def _keep(self, call: answers.Call, answer: list[tuple[int, dict[str, Any]]]) -> None:
        if not answer:
            return
        rows = answers.masked(answer, call.redactor)
        row = {"ask": call.ask, "answer": rows, **({"needs": call.needs} if call.needs else {})}
        with self._guard:
            begun = self.recorded > 0 or (not self._fresh and self.path.exists())
            with self.path.open("ab" if begun else "wb") as file:
                if not begun:
                    file.write(cassette_file.HEADER)
                file.write(cassette_file.line(row))
            self.recorded += 1
            if not self._fresh:
                # From now on it is known, and the model is not asked again.
                self._tape.add(
                    call.ask, [(gap, cassette_file.spoken(chunk)) for gap, chunk in rows]
                )
                self._tape.find(call.ask)

    def _pause(self, gap: int) -> float:
        return 0.0 if self._speed is None else gap / 1000 / self._speed

    def generate(self, ask: Callable[[], Any], model: Any, messages: Any, options: Any) -> Any:
        """Answer `_generate`."""
        call = self._find(model, messages, options)
        if call.answer is not None:
            time.sleep(sum(self._pause(gap) for gap, _ in call.answer))
            return answers.played(call.answer)
        began = time.monotonic_ns()
        result = ask()
        self._keep(call, answers.recorded(result, began))
        return result

    async def agenerate(
        self, ask: Callable[[], Any], model: Any, messages: Any, options: Any
    ) -> Any:
        """Answer `_agenerate`."""
        call = self._find(model, messages, options)
        if call.answer is not None:
            await asyncio.sleep(sum(self._pause(gap) for gap, _ in call.answer))
            return answers.played(call.answer)
        began = time.monotonic_ns()
        result = await ask()
        self._keep(call, answers.recorded(result, began))
        return result

    def stream(
        self, ask: Callable[[], Any], model: Any, messages: Any, options: Any
    ) -> Iterator[Any]:
        """Answer `_stream`."""
        call = self._find(model, messages, options)
        if call.answer is not None:
            for gap, chunk in call.answer:
                time.sleep(self._pause(gap))
                yield ChatGenerationChunk(message=chunk.model_copy(deep=True))
            return
        answer = answers.Answer()
        for chunk in ask():
            answer.take(chunk)
            yield chunk
        self._keep(call, answer.rows)

    async def astream(
        self, ask: Callable[[], Any], model: Any, messages: Any, options: Any
    ) -> AsyncIterator[Any]:
        """Answer `_astream`."""
        call = self._find(model, messages, options)
        if call.answer is not None:
            for gap, chunk in call.answer:
                await asyncio.sleep(self._pause(gap))
                yield ChatGenerationChunk(message=chunk.model_copy(deep=True))
            return
        answer = answers.Answer()
        async for chunk in ask():
            answer.take(chunk)
            yield chunk
        self._keep(call, answer.rows)

    def __repr__(self) -> str:
        return f"<Cassette {self.path.name}: mode {self.mode}>"


def cassette(
    path: str | os.PathLike[str], mode: Mode = "once", *, speed: float | None = None
) -> Cassette:
    """Record what chat models answer, and from then on play it instead of asking them.

    The graph really runs, with its nodes, tools, edges and checkpoints; only the calls of
    LangChain chat models are answered from the file, chunk by chunk, with usage and tool
    calls, in sync and async code. When playing, no key and no network is needed.

    A question is recognised by the model's name, the messages and the options of the call,
    without ids. Asked the same again, it gives the answers in their order, and begins again
    behind the last. An answer that breaks off, by an error or because nobody read on, is not
    recorded. Values that look like credentials are masked in the file.

    Args:
        path: The file, JSON Lines (see `lg_notebook.cassettes.cassette_file`).
        mode: `once`: record if there is no file, else only play. `none`: only play. `all`:
            record anew. `new`: play what is known, record the rest.
        speed: How fast to play: 1.0 as it was recorded, 2.0 twice as fast; None without
            waiting.

    Returns:
        A context manager, also for `async with`. `insert()` and `eject()` switch it on and off
        for the whole process instead: for all cells of a notebook.

    Raises:
        ValueError: There is no such mode; when opened, the file is not a cassette.
        FileNotFoundError: When opened: there is no such file (mode `none`), or no such folder.
        CassetteError: When a model is asked what the file does not answer; it tells the nearest
            recorded question and the difference.

    Example:
        >>> with cassette("joke.jsonl"):
        ...     graph.invoke({"topic": "ice cream"})
    """
    return Cassette(path, mode, speed)


__all__ = ["MODES", "Cassette", "CassetteError", "Mode", "cassette"]
