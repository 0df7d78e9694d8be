"""Streams whose code runs in a context of its own, in the consumer's thread and task.

A generator's code runs in the context of whoever asks it for the next item, so what it sets
there, its consumer sees. A task of its own would be another way, at the price of a queue
between the two for every item.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
    from contextvars import Context

T = TypeVar("T")


def within(context: Context, stream: Iterator[T]) -> Generator[T, None, None]:
    """The same stream, run in a context.

    Args:
        context: Whatever the stream's code sets, it sets there.
        stream: Not yet begun. It is closed when this one is.
    """
    try:
        while True:
            try:
                item = context.run(next, stream)
            except StopIteration:
                return
            yield item
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            context.run(close)


async def awithin(context: Context, stream: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The async twin of `within`."""
    try:
        while True:
            try:
                item = await _awaited(context, stream.__anext__())
            except StopAsyncIteration:
                return
            yield item
    finally:
        aclose = getattr(stream, "aclose", None)
        if aclose is not None:
            await _awaited(context, aclose())


@types.coroutine
def _awaited(context: Context, awaitable: Awaitable[T]) -> Generator[Any, Any, T]:
    """Await something in this task, but in another context."""
    steps: Any = context.run(awaitable.__await__)
    try:
        waiting = context.run(next, steps)
        while True:
            try:
                answer = yield waiting
            except GeneratorExit:  # noqa: PERF203 - what comes in may be an exception
                context.run(steps.close)
                raise
            except BaseException as error:  # noqa: BLE001 - it is for the awaitable
                waiting = context.run(steps.throw, error)
            else:
                waiting = context.run(steps.send, answer)
    except StopIteration as stop:
        result: T = stop.value
        return result
