"""A case of the matrix: a graph, and the runs that it takes to show what it does."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from langgraph.graph import START, StateGraph

from tests.graphs.zoo import Topics

CATS = {"topic": "cats", "texts": []}
THREAD = {"configurable": {"thread_id": "1"}}

Step = tuple[Any, Any]
"""An input and a config."""


@dataclass
class Case:
    """A graph and its runs.

    Attributes:
        graph: The graph.
        runs: For each run, its input and config, or an async function of the graph that gives
            them.
        context: LangGraph's run-time context.
    """

    graph: Any
    runs: list[Any] | None = None
    context: Any = None

    async def step(self, at: int) -> Step:
        run = (self.runs or [(CATS, None)])[at]
        return await run(self.graph) if callable(run) else run

    def __len__(self) -> int:
        return len(self.runs or [0])


@dataclass(frozen=True)
class Entry:
    """How to build a case.

    Attributes:
        build: Makes it, with models that start again.
        parallel: Parts of it run at the same time: the loop decides on their order.
        since: The first version of LangGraph that knows what it needs.
        agents: Whether it needs the package `langchain`.
    """

    build: Callable[[], Case]
    parallel: bool = False
    since: tuple[int, int] = (0, 6)
    agents: bool = False

    @property
    def lacks(self) -> str | None:
        """What keeps it from running here."""
        if langgraph_version() < self.since:
            return f"langgraph {self.since[0]}.{self.since[1]}"
        if self.agents and importlib.util.find_spec("langchain") is None:
            return "langchain"
        return None


def langgraph_version() -> tuple[int, int]:
    """Its major and minor version."""
    major, minor, *_ = version("langgraph").split(".")
    return int(major), int(minor)


CASES: dict[str, Entry] = {}


def case(**options: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a builder, which returns a case, a graph, or an async node to make one of."""

    def register(build: Callable[[], Any]) -> Callable[[], Any]:
        def made() -> Case:
            built = build()
            return built if isinstance(built, Case) else Case(built)

        name = build.__name__
        assert name not in CASES
        CASES[name] = Entry(made, **options)
        return build

    return register


def one_node(node: Any, name: str = "speak", **options: Any) -> Any:
    """A graph of one node."""
    builder = StateGraph(Topics).add_node(name, node).add_edge(START, name)
    return builder.compile(**options)
