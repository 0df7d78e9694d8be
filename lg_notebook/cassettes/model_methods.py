"""Replacements for a chat model's methods while a cassette is in use.

LangChain calls a model by four methods: `_generate`, `_stream` and their async forms. Each has a
replacement, which drives an `Exchange`: it waits, or calls the model. A method that calls another
one of the four, or its parent's, makes one request only. If a cassette calls the model, another
cassette may answer: so one cassette is recorded from another.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from lg_notebook.bridge.self_check import alone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from lg_notebook.cassettes.exchange import Exchange

_tried: contextvars.ContextVar[tuple[Responder, ...]] = contextvars.ContextVar(
    "lg_notebook_asked", default=()
)
"""The responders that already got the current request."""

_END: Any = object()
"""What follows the last chunk."""


class Responder(Protocol):
    """Answers instead of a model, as `Cassette` does."""

    def exchange(self, model: Any, messages: Any, options: dict[str, Any]) -> Exchange:
        """Begin an exchange.

        Args:
            model: The model.
            messages: The messages.
            options: The call's other keyword arguments.
        """


Current: TypeAlias = "Callable[[tuple[Responder, ...]], Responder | None]"
"""Finds the responder to use here and now, except some; None: the model itself."""


def _responder(current: Current) -> Responder | None:
    return None if alone.get() else current(_tried.get())


def _exchange(
    responder: Responder, model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Exchange:
    names = ("messages", "stop", "run_manager")
    options = {**dict(zip(names, args, strict=False)), **kwargs}
    options.pop("run_manager", None)
    return responder.exchange(model, options.pop("messages"), options)


@contextlib.contextmanager
def _calling(responder: Responder) -> Iterator[None]:
    """Call the model on a responder's behalf.

    Only while the model's own code runs: a generator shares its caller's context.
    """
    token = _tried.set((*_tried.get(), responder))
    try:
        yield
    finally:
        _tried.reset(token)


def _generate(own: Any, current: Current) -> Any:
    @functools.wraps(own)
    def generate(self: Any, *args: Any, **kwargs: Any) -> Any:
        responder = _responder(current)
        if responder is None:
            return own(self, *args, **kwargs)
        exchange = _exchange(responder, self, args, kwargs)
        if exchange.plays:
            pause, result = exchange.whole()
            time.sleep(pause)
            return result
        with _calling(responder):
            result = generate(self, *args, **kwargs)
        exchange.finish_whole(result)
        return result

    return generate


def _agenerate(own: Any, current: Current) -> Any:
    @functools.wraps(own)
    async def agenerate(self: Any, *args: Any, **kwargs: Any) -> Any:
        responder = _responder(current)
        if responder is None:
            return await own(self, *args, **kwargs)
        exchange = _exchange(responder, self, args, kwargs)
        if exchange.plays:
            pause, result = exchange.whole()
            await asyncio.sleep(pause)
            return result
        with _calling(responder):
            result = await agenerate(self, *args, **kwargs)
        exchange.finish_whole(result)
        return result

    return agenerate


def _stream(own: Any, current: Current) -> Any:
    def respond(responder: Responder, self: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        exchange = _exchange(responder, self, args, kwargs)
        if exchange.plays:
            for pause, chunk in exchange.chunks():
                time.sleep(pause)
                yield chunk
            return
        with _calling(responder):
            chunks = iter(stream(self, *args, **kwargs))
        with contextlib.closing(chunks):
            while True:
                with _calling(responder):
                    chunk = next(chunks, _END)
                if chunk is _END:
                    break
                exchange.add(chunk)
                yield chunk
        exchange.finish()

    @functools.wraps(own)
    def stream(self: Any, *args: Any, **kwargs: Any) -> Any:
        responder = _responder(current)
        if responder is None:
            return own(self, *args, **kwargs)
        return respond(responder, self, *args, **kwargs)

    return stream


def _astream(own: Any, current: Current) -> Any:
    async def respond(
        responder: Responder, self: Any, *args: Any, **kwargs: Any
    ) -> AsyncIterator[Any]:
        exchange = _exchange(responder, self, args, kwargs)
        if exchange.plays:
            for pause, chunk in exchange.chunks():
                await asyncio.sleep(pause)
                yield chunk
            return
        with _calling(responder):
            chunks = astream(self, *args, **kwargs)
        async with contextlib.aclosing(chunks):
            while True:
                with _calling(responder):
                    chunk = await anext(chunks, _END)
                if chunk is _END:
                    break
                exchange.add(chunk)
                yield chunk
        exchange.finish()

    @functools.wraps(own)
    def astream(self: Any, *args: Any, **kwargs: Any) -> Any:
        responder = _responder(current)
        if responder is None:
            return own(self, *args, **kwargs)
        return respond(responder, self, *args, **kwargs)

    return astream


REPLACEMENTS: dict[str, Callable[[Any, Current], Any]] = {
    "_generate": _generate,
    "_agenerate": _agenerate,
    "_stream": _stream,
    "_astream": _astream,
}
"""By the name of a model's method: makes its replacement."""
