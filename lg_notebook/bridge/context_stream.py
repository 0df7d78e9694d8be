"""Run a stream's code in its own context, in the consumer's thread and task.

Without this, a generator's code runs in the consumer's context, so the consumer sees the context
variables that it sets. A separate task would also solve this, but every item would need a queue.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
    from contextvars import Context

T = TypeVar("T")


def within(context: Context, stream: Iterator[T]) -> Generator[T, None, None]:
    """Run a stream in a context.

    Args:
        context: The context in which the stream's code runs.
        stream: An iterator that has not begun. It is closed together with this generator.

    Yields:
        The stream's items.

    Example:
        >>> list(within(copy_context(), iter([1, 2])))
        [1, 2]
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
    """Run an async stream in a context: the async form of `within`.

    Args:
        context: The context in which the stream's code runs.
        stream: An iterator that has not begun. It is closed together with this generator.

    Yields:
        The stream's items.
    """
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
    """Await an awaitable in this task, but in another context."""
    steps: Any = context.run(awaitable.__await__)
    try:
        waiting = context.run(next, steps)
        while True:
            try:
                answer = yield waiting
            except GeneratorExit:  # noqa: PERF203 - the event loop may throw an exception in
                context.run(steps.close)
                raise
            except BaseException as error:  # noqa: BLE001 - passed on to the awaitable
                waiting = context.run(steps.throw, error)
            else:
                waiting = context.run(steps.send, answer)
    except StopIteration as stop:
        result: T = stop.value
        return result
