"""Find out whether a graph can run by its sync form, its async form, or both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lg_notebook import bridge
from lg_notebook.exceptions import GraphTypeError
from lg_notebook.graphs.graph import is_remote, with_subgraphs

if TYPE_CHECKING:
    from collections.abc import Iterator


def _parts(graph: Any) -> Iterator[tuple[str, Any]]:
    """List the runnables in a graph's nodes and conditional edges, each with its place."""
    for each in with_subgraphs(graph):
        nodes = getattr(each, "nodes", None)
        for name, node in nodes.items() if isinstance(nodes, Mapping) else ():
            for step in _steps(getattr(node, "bound", node)):
                yield f"node {name!r}", step
        branches = getattr(getattr(each, "builder", None), "branches", {})
        for name, group in branches.items():
            for branch in group.values():
                for step in _steps(getattr(branch, "path", branch)):
                    yield f"the conditional edge behind {name!r}", step


def _steps(bound: Any) -> Iterator[Any]:
    steps = getattr(bound, "steps", None)
    if isinstance(steps, list):
        for step in steps:
            yield from _steps(step)
    elif not hasattr(bound, "get_subgraphs"):  # `_parts` has the subgraph's own nodes
        yield bound


def _is_async_only(part: Any) -> bool:
    return getattr(part, "func", ...) is None and getattr(part, "afunc", None) is not None


def _is_sync_only(part: Any) -> bool:
    """Whether a part is a plain function, whose async form only runs it in a thread.

    LangGraph makes that form in `_internal/_runnable.py`, `coerce_to_runnable`.
    """
    if type(part).__name__ in {"PregelNode", "ChannelWrite", "RunnablePassthrough"}:
        return True
    if not callable(getattr(part, "func", None)):
        return False
    afunc = getattr(part, "afunc", None)
    return (
        afunc is None or getattr(getattr(afunc, "func", None), "__name__", "") == "run_in_executor"
    )


def _lacks(owner: Any, name: str) -> bool:
    """Whether a method only raises `NotImplementedError`."""
    code = getattr(getattr(type(owner), name, None), "__code__", None)
    return code is not None and "NotImplementedError" in code.co_names


def _saver(graph: Any) -> Any:
    saver = getattr(graph, "checkpointer", None)
    return None if isinstance(saver, bool) else saver


def async_only(graph: Any) -> str | None:
    """Find the first part of a graph that has only an async form, which `graph.stream` cannot run.

    Args:
        graph: A graph (see `as_graph.as_graph`).

    Returns:
        Its name for a sentence, such as `node 'write'`; None if there is none.
    """
    if is_remote(graph):
        return None if graph.sync_client is not None else "its client"
    for name, part in _parts(graph):
        if _is_async_only(part):
            return name
    saver = _saver(graph)
    if _lacks(saver, "get_tuple") and not _lacks(saver, "aget_tuple"):
        return f"the checkpointer ({type(saver).__name__})"
    return None


def sync_only_saver(graph: Any) -> str | None:
    """Find a checkpointer without an async form, which `graph.astream` cannot use.

    LangGraph's `SqliteSaver` has the methods, but they raise `NotImplementedError`
    (langgraph-checkpoint-sqlite, `SqliteSaver.aget_tuple`), as in the base class.

    Args:
        graph: A graph (see `as_graph.as_graph`).

    Returns:
        Its name for a sentence; None if the checkpointer has an async form, or there is none.
    """
    saver = _saver(graph)
    return f"the checkpointer ({type(saver).__name__})" if _lacks(saver, "aget_tuple") else None


def check(graph: Any, *, sync: bool = False) -> None:
    """Check that LangGraph can run the parts of a graph together.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        sync: Whether the graph is run by its sync form.

    Raises:
        GraphTypeError: It cannot; the message names the parts.
    """
    if hasattr(graph, "assistant_id") and not is_remote(graph):
        return
    async_part = async_only(graph)
    if async_part is None:
        return
    if sync:
        msg = (
            f"This graph cannot run by its sync `stream`, because {async_part} has only an async"
            " form: run it without --sync (in code: sync=True)."
        )
        raise GraphTypeError(msg)
    saver = sync_only_saver(graph)
    if saver is not None:
        msg = (
            f"LangGraph cannot run this graph: {async_part} has only an async form, but {saver}"
            f" works only in sync code: use the checkpointer's async form (such as"
            " AsyncSqliteSaver), or a sync node."
        )
        raise GraphTypeError(msg)


def runs_async(graph: Any) -> bool:
    """Whether a graph runs on the caller's event loop and not in a thread.

    The loop is the default, because the user's async objects belong to it. A thread is used for:

    - graphs of plain functions alone, because `graph.stream` takes half the CPU per token there;
    - graphs whose checkpointer has no async form;
    - every graph with a sync form if the asyncio bridge is needed but does not work, because
      async tasks then lose their context, and with it the tokens.

    Args:
        graph: A graph (see `as_graph.as_graph`).

    Raises:
        GraphTypeError: Parts of the graph cannot run together; the message names them.
    """
    if is_remote(graph):
        return graph.client is not None
    if hasattr(graph, "assistant_id"):
        return True
    check(graph)
    if async_only(graph) is not None:
        return True
    if sync_only_saver(graph) is not None or all(_is_sync_only(part) for _, part in _parts(graph)):
        return False
    return bridge.works()
