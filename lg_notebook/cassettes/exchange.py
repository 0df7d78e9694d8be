"""One request to a model and its response: a state machine without I/O.

The replacements for a model's own methods (`model_methods`) drive it, sync and async: they wait,
and call the model.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from langchain_core.outputs import ChatGenerationChunk

from lg_notebook.cassettes import response as responses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.outputs import ChatResult

    from lg_notebook.cassettes.response import Response, Row

    Save = Callable[[list[Row]], object]

_MILLISECOND = 1_000_000
_THOUSAND = 1_000


class Exchange:
    """Plays a response back, or records one.

    Args:
        response: The recorded response; None to record one.
        save: Takes the rows of a recorded response, once it is complete.
        speed: How fast to play back: 1.0 as it was recorded; None without waiting.
        clock: Nanoseconds, from any beginning.

    Attributes:
        plays: Whether it plays back; otherwise the model has to be called.

    Example:
        >>> exchange = Exchange(response, save=print, speed=1.0)
        >>> for pause, chunk in exchange.chunks():
        ...     time.sleep(pause)
        ...     print(chunk.text)
    """

    def __init__(
        self,
        response: Response | None,
        *,
        save: Save,
        speed: float | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._response = response or []
        self.plays = response is not None
        self._save = save
        self._speed = speed
        self._clock = clock
        self._rows: list[Row] = []
        self._last = clock()

    # ---- playing back ---------------------------------------------------------------

    def chunks(self) -> Iterator[tuple[float, ChatGenerationChunk]]:
        """Yield each chunk, after the seconds to wait before it."""
        for gap, chunk in self._response:
            yield self._pause(gap), ChatGenerationChunk(message=chunk.model_copy(deep=True))

    def whole(self) -> tuple[float, ChatResult]:
        """Give the seconds to wait and the whole response."""
        pause = sum(self._pause(gap) for gap, _ in self._response)
        return pause, responses.as_result(self._response)

    def _pause(self, gap: int) -> float:
        return 0.0 if self._speed is None else gap / _THOUSAND / self._speed

    # ---- recording ------------------------------------------------------------------

    def add(self, piece: Any) -> None:
        """Record a piece of the response.

        Args:
            piece: A `ChatGenerationChunk`, or the `ChatGeneration` of a whole response.
        """
        now = self._clock()
        gap, self._last = (now - self._last) // _MILLISECOND, now
        self._rows.append((gap, responses.to_row(piece.message, piece.generation_info)))

    def finish(self) -> None:
        """Save the response, which is complete; nothing if no chunk came."""
        if self._rows:
            self._save(self._rows)

    def finish_whole(self, result: ChatResult) -> None:
        """Record and save a response that was not streamed."""
        self.add(result.generations[0])
        self.finish()
