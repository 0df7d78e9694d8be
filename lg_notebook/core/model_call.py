"""The model calls that were seen within a run."""

from __future__ import annotations

from typing import NamedTuple


class Call(NamedTuple):
    """A call of a chat model.

    Attributes:
        run: LangChain's run id, which is part of the ids of the messages that it makes.
        path: The checkpoint namespace of the task that made it.
        node: Name of the node.
        hidden: Whether it is tagged `nostream`.
        fault: The model's own setting that keeps it from streaming, if it shows one.
    """

    run: str
    path: str
    node: str
    hidden: bool
    fault: str | None


class ModelCallLog:
    """What was seen of a run's model calls.

    Attributes:
        calls: The calls so far; None where they cannot be seen: on a server.
        by_events: Whether the stream is LangGraph's event streaming.
        unbridged: Whether async code runs without the asyncio bridge that its Python needs.
    """

    def __init__(self, *, by_events: bool = False) -> None:
        self.calls: list[Call] | None = None
        self.by_events = by_events
        self.unbridged = False
