"""Stands between LangChain and its chat models, while a cassette wants to.

LangChain asks a model through four methods that its class defines: `_generate`, `_stream`
and their async twins (`langchain_core.language_models.chat_models.BaseChatModel`). Here they
are replaced on every class that defines them, and put back exactly as they were. A method
that calls another one of them, or its parent's, is one question all the same. A host that asks
the model in its turn may find another host in the model's place: so one cassette is recorded
from another.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.language_models.chat_models import BaseChatModel

from lg_notebook.bridge.self_check import alone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

_ASKED = ("_generate", "_agenerate", "_stream", "_astream")
_DOORS = ("generate", "agenerate", "stream", "astream")

_lock = threading.RLock()
_installed = 0
_replaced: list[tuple[type, str, Any]] = []
_known: set[type] = set()

_asked: contextvars.ContextVar[tuple[Host, ...]] = contextvars.ContextVar(
    "lg_notebook_asked", default=()
)
"""The hosts that have been asked the question that is being asked."""


class Host:
    """Who answers in a model's stead; the four methods are like the model's own.

    Each gets the model's own method as `ask`, the model, the messages and the keyword
    arguments, and may call `ask()`.
    """

    def generate(self, ask: Callable[[], Any], model: Any, messages: Any, options: Any) -> Any:
        """Answer `_generate`."""
        raise NotImplementedError

    async def agenerate(
        self, ask: Callable[[], Any], model: Any, messages: Any, options: Any
    ) -> Any:
        """Answer `_agenerate`."""
        raise NotImplementedError

    def stream(
        self, ask: Callable[[], Any], model: Any, messages: Any, options: Any
    ) -> Iterator[Any]:
        """Answer `_stream`."""
        raise NotImplementedError

    def astream(
        self, ask: Callable[[], Any], model: Any, messages: Any, options: Any
    ) -> AsyncIterator[Any]:
        """Answer `_astream`."""
        raise NotImplementedError


Current: TypeAlias = "Callable[[tuple[Host, ...]], Host | None]"
"""Tells who answers here and now, after those who pass a question on; None: the model itself."""


def install(current: Current) -> None:
    """Stand between; counted.

    Args:
        current: Tells who answers.
    """
    global _installed  # noqa: PLW0603 - what it replaces is the process's, too
    with _lock:
        _installed += 1
        if _installed > 1:
            return
        for name in _DOORS:
            _replace(BaseChatModel, name, _door(getattr(BaseChatModel, name), current))
        _take(BaseChatModel, current)


def uninstall() -> None:
    """Undo one `install`; the last one puts every method back."""
    global _installed  # noqa: PLW0603
    with _lock:
        _installed -= 1
        if _installed > 0:
            return
        for cls, name, original in reversed(_replaced):
            setattr(cls, name, original)
        _replaced.clear()
        _known.clear()


def _replace(cls: type, name: str, replacement: Any) -> None:
    _replaced.append((cls, name, cls.__dict__[name]))
    setattr(cls, name, replacement)


def _door(original: Any, current: Current) -> Any:
    """A public method that first looks whether the model's class is a new one."""

    @functools.wraps(original)
    def enter(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self) not in _known:
            with _lock:
                if _installed > 0:
                    _take(BaseChatModel, current)
        return original(self, *args, **kwargs)

    return enter


def _take(cls: type, current: Current) -> None:
    """Replace the methods of a class and of all that are made of it.

    The base class's own stay: LangChain tells by them what a model can do.
    """
    if cls not in _known:
        _known.add(cls)
        for name in _ASKED:
            own = cls.__dict__.get(name)
            if cls is not BaseChatModel and callable(own):
                _replace(cls, name, _WRAPPERS[name](own, current))
    subclasses: list[type] = cls.__subclasses__()
    for sub in subclasses:
        _take(sub, current)


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The messages and the options of a call, however they were given."""
    names = ("messages", "stop", "run_manager")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    given.pop("run_manager", None)
    return given.pop("messages"), given


def _who(current: Current) -> Host | None:
    return None if alone.get() else current(_asked.get())


@contextlib.contextmanager
def _asking(host: Host) -> Iterator[None]:
    token = _asked.set((*_asked.get(), host))
    try:
        yield
    finally:
        _asked.reset(token)


def _generate(own: Any, current: Current) -> Any:
    @functools.wraps(own)
    def generate(self: Any, *args: Any, **kwargs: Any) -> Any:
        host = _who(current)
        if host is None:
            return own(self, *args, **kwargs)

        def ask() -> Any:
            with _asking(host):
                return generate(self, *args, **kwargs)

        return host.generate(ask, self, *_arguments(args, kwargs))

    return generate


def _agenerate(own: Any, current: Current) -> Any:
    @functools.wraps(own)
    async def agenerate(self: Any, *args: Any, **kwargs: Any) -> Any:
        host = _who(current)
        if host is None:
            return await own(self, *args, **kwargs)

        async def ask() -> Any:
            with _asking(host):
                return await agenerate(self, *args, **kwargs)

        return await host.agenerate(ask, self, *_arguments(args, kwargs))

    return agenerate


def _stream(own: Any, current: Current) -> Any:
    @functools.wraps(own)
    def stream(self: Any, *args: Any, **kwargs: Any) -> Any:
        host = _who(current)
        if host is None:
            return own(self, *args, **kwargs)

        def ask() -> Iterator[Any]:
            # Only while the model's own code runs: a generator shares its caller's context.
            with _asking(host):
                chunks = iter(stream(self, *args, **kwargs))
            with contextlib.closing(chunks):
                while True:
                    try:
                        with _asking(host):
                            chunk = next(chunks)
                    except StopIteration:
                        return
                    yield chunk

        return host.stream(ask, self, *_arguments(args, kwargs))

    return stream


def _astream(own: Any, current: Current) -> Any:
    @functools.wraps(own)
    def astream(self: Any, *args: Any, **kwargs: Any) -> Any:
        host = _who(current)
        if host is None:
            return own(self, *args, **kwargs)

        async def ask() -> AsyncIterator[Any]:
            with _asking(host):
                chunks = astream(self, *args, **kwargs)
            async with contextlib.aclosing(chunks):
                while True:
                    try:
                        with _asking(host):
                            chunk = await anext(chunks)
                    except StopAsyncIteration:
                        return
                    yield chunk

        return host.astream(ask, self, *_arguments(args, kwargs))

    return astream


_WRAPPERS: dict[str, Any] = {
    "_generate": _generate,
    "_agenerate": _agenerate,
    "_stream": _stream,
    "_astream": _astream,
}
