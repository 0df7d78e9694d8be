"""Models that take their time, and say when they were let go."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from tests.graphs.model import Scripted, say

WORDS = " ".join(f"word{at}" for at in range(200))
PATIENCE = 60.0
"""Seconds after which what a test waits for is taken to hang, however busy the machine."""


class Slow(Scripted):
    """Streams two hundred words in ten seconds.

    Attributes:
        begun: Set once it streams.
        let_go: Set when its stream was closed, or has ended.
        said: The number of pieces that were requested.
    """

    begun: Any = None
    let_go: Any = None
    said: int = 0

    def __init__(self, pause: float = 0.025, text: str = WORDS):
        super().__init__(replies=[say(text)], pause=pause)
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def _stream(self, *args: Any, **more: Any) -> Iterator[Any]:
        try:
            for chunk in super()._stream(*args, **more):
                self.said += 1
                self.begun.set()
                yield chunk
        finally:
            self.let_go.set()

    async def _astream(self, *args: Any, **more: Any) -> AsyncIterator[Any]:
        try:
            async for chunk in super()._astream(*args, **more):
                self.said += 1
                self.begun.set()
                yield chunk
        finally:
            self.let_go.set()


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait until something holds; whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
