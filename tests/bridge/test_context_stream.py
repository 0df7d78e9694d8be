"""Run streams in their own context."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar, copy_context

import pytest

from lg_notebook.bridge.context_stream import awithin, within

VAR: ContextVar[str] = ContextVar("var", default="outside")


def counting(seen):
    try:
        for at in range(3):
            seen.append(VAR.get())
            VAR.set(f"set at {at}")
            yield at
    finally:
        seen.append("closed")


async def acounting(seen, pause=0.0):
    try:
        for at in range(3):
            await asyncio.sleep(pause)
            seen.append(VAR.get())
            VAR.set(f"set at {at}")
            yield at
    finally:
        await asyncio.sleep(0)
        seen.append("closed")


def test_what_the_stream_sets_stays_with_it():
    context, seen = copy_context(), []
    assert [(each, VAR.get()) for each in within(context, counting(seen))] == [
        (0, "outside"),
        (1, "outside"),
        (2, "outside"),
    ]
    assert seen == ["outside", "set at 0", "set at 1", "closed"]
    assert context[VAR] == "set at 2"


async def test_the_async_twin():
    context, seen = copy_context(), []
    async for _ in awithin(context, acounting(seen)):
        assert VAR.get() == "outside"
    assert seen == ["outside", "set at 0", "set at 1", "closed"]


def test_closing_closes_the_stream():
    seen: list[str] = []
    stream = within(copy_context(), counting(seen))
    next(stream)
    stream.close()
    assert seen[-1] == "closed"


async def test_closing_closes_the_async_stream():
    seen: list[str] = []
    stream = awithin(copy_context(), acounting(seen))
    await anext(stream)
    await stream.aclose()
    assert seen[-1] == "closed"


async def test_an_exception_comes_through():
    def broken():
        yield 1
        raise ValueError("broken")

    async def abroken():
        yield 1
        await asyncio.sleep(0)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(within(copy_context(), broken()))
    with pytest.raises(ValueError, match="broken"):
        [each async for each in awithin(copy_context(), abroken())]


async def test_cancellation_reaches_the_stream_within_its_context():
    seen: list[str] = []
    begun = asyncio.Event()

    async def waiting():
        try:
            yield 1
            VAR.set("inside")
            begun.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(VAR.get())
            raise

    async def consume():
        async for _ in awithin(copy_context(), waiting()):
            pass

    task = asyncio.create_task(consume())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["inside"]


async def test_a_stream_may_swallow_a_cancellation():
    begun = asyncio.Event()

    async def stubborn():
        try:
            begun.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            yield "continued"

    async def consume():
        return [each async for each in awithin(copy_context(), stubborn())]

    task = asyncio.create_task(consume())
    await begun.wait()
    task.cancel()
    assert await task == ["continued"]


async def test_timeouts_within_and_around():
    async def slow():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(60), 0.01)
        yield "in time"
        await asyncio.sleep(60)

    stream = awithin(copy_context(), slow())
    assert await anext(stream) == "in time"
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(stream), 0.01)


async def test_tasks_that_the_stream_starts_inherit_its_context():
    async def read():
        return VAR.get()

    async def starting():
        VAR.set("inside")
        yield await asyncio.create_task(read())
        yield await asyncio.to_thread(VAR.get)

    assert [each async for each in awithin(copy_context(), starting())] == ["inside"] * 2


async def test_plain_iterators_will_do():
    class Numbers:
        at = 0

        def __aiter__(self):
            return self

        async def __anext__(self):
            self.at += 1
            if self.at > 2:
                raise StopAsyncIteration
            return self.at

    assert list(within(copy_context(), iter([1, 2]))) == [1, 2]
    assert [each async for each in awithin(copy_context(), Numbers())] == [1, 2]
