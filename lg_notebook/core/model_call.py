"""The model calls that a callback observed during a run."""

from __future__ import annotations

from typing import NamedTuple


class ModelCall(NamedTuple):
    """A call of a chat model.

    Attributes:
        run: LangChain's run id, which is part of the ids of the call's messages.
        path: The checkpoint namespace of the task that made the call.
        node: Name of the node.
        hidden: Whether the call is tagged `nostream`.
        fault: The setting of the model that prevents streaming, or None.
    """

    run: str
    path: str
    node: str
    hidden: bool
    fault: str | None


class ModelCallLog:
    """The model calls of one run.

    Attributes:
        calls: The calls so far; None if they cannot be observed, as on a server.
        by_events: Whether the stream is LangGraph's event streaming (`version="v3"`).
        unbridged: Whether async code runs without the asyncio bridge that its Python needs.
    """

    def __init__(self, *, by_events: bool = False) -> None:
        self.calls: list[ModelCall] | None = None
        self.by_events = by_events
        self.unbridged = False
