"""Where a run's events come from: a graph that runs, or a recording that plays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading
    from collections.abc import AsyncIterator, Iterator, Sequence

    from lg_notebook.events import AnyEvent, Status
    from lg_notebook.runtime.run_builder import RunBuilder


class Source(ABC):
    """The items of one run, and how to fold them.

    An `Execution` drives a source: `start`, then `take` or `note` for each item of `items` or
    `aitems`, then `finish`. A source does not wait for anybody and knows no driver.

    Attributes:
        builder: Writes the run.

    Example:
        >>> source = GraphSource(graph, {"topic": "ice cream"})
        >>> Execution(source).block(threaded=False).text()
        'Why did the ice cream …'
    """

    builder: RunBuilder

    def only_async(self) -> bool:
        """Whether a caller that blocks needs an event loop for `aitems`, as `items` fails."""
        return False

    def runs_async(self) -> bool:
        """Whether a caller with a running event loop uses `aitems` there."""
        return False

    @abstractmethod
    def start(self) -> list[AnyEvent]:
        """Start the clock; return the first events."""

    @abstractmethod
    def items(self, stopping: threading.Event) -> Iterator[Any]:
        """Run in this thread; yield items.

        Args:
            stopping: Set when the run is to stop. A source that pauses wakes up then.
        """

    def aitems(self) -> AsyncIterator[Any]:
        """Run on the running event loop; yield items."""
        raise NotImplementedError

    @abstractmethod
    def take(self, item: Any) -> Sequence[AnyEvent]:
        """Fold an item now; return its events."""

    @abstractmethod
    def note(self, item: Any) -> None:
        """Note an item, to be folded soon."""

    def stop(self) -> None:  # noqa: B027 - most sources have nothing of their own to stop
        """Stop whatever still runs, from any thread; again does no harm."""

    @abstractmethod
    def finish(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Write the run's end; only the first call does anything.

        Args:
            status: How the run ended.
            error: The exception that ended it.
            abandoned: Whether nodes that were cancelled are still running.

        Returns:
            The last events; none if the run had ended before.
        """
