"""`watch` and `awatch`: what the magic does, from code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lg_notebook.cassettes.cassette import Cassette
from lg_notebook.exceptions import OptionError
from lg_notebook.graphs.graph import graph_name, node_names
from lg_notebook.graphs.input_schema import read_input
from lg_notebook.kernel import environment
from lg_notebook.model.filters import Filters
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.streams.as_graph import as_graph
from lg_notebook.widget.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lg_notebook._run import Run
    from lg_notebook.model.filters import Patterns


def _session(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None,
    context: object,
    filters: Filters,
    *,
    view: str,
    sync: bool,
    record: str | os.PathLike[str] | None,
    cassette: str | os.PathLike[str] | Cassette | None,
    tokens: str | None,
    version: str,
    stream_mode: str | Sequence[str],
) -> Session:
    if view not in {"auto", "widget", "text", "html", "quiet"}:
        msg = f"view is one of auto, widget, text, html and quiet, not {view!r}."
        raise OptionError(msg)
    runnable = as_graph(graph, version, stream_mode)
    filters.check(node_names(runnable))
    return Session(
        runnable,
        read_input(runnable, input),
        config,
        context=context,
        filters=filters,
        name=graph_name(runnable),
        view=view,
        started=lambda _: None,
        sync=sync,
        record=record,
        tape=Cassette(cassette) if isinstance(cassette, (str, os.PathLike)) else cassette,
        tokens=Tokens(tokens).key,
    )


def watch(
    graph: object,
    input: object,  # noqa: A002 - LangGraph's own name
    config: Mapping[str, Any] | None = None,
    *,
    context: object = None,
    node: Patterns = None,
    tag: Patterns = None,
    agent: Patterns = None,
    kind: Patterns = None,
    view: str = "auto",
    sync: bool = False,
    background: bool = False,
    record: str | os.PathLike[str] | None = None,
    cassette: str | os.PathLike[str] | Cassette | None = None,
    tokens: str | None = None,
    version: str = "v1",
    stream_mode: str | Sequence[str] = (),
) -> Run:
    """Run a graph, show every token as it comes, and wait for the end.

    In a notebook it shows the live view; in a terminal or script it prints text.

    Args:
        graph: A compiled graph, an `@entrypoint`, an agent, a `RemoteGraph`, or any other
            LangChain `Runnable`.
        input: The graph's input; a string is the user's message where the graph has a
            `messages` channel. `Command(resume=answer)`, from `langgraph.types`, answers an
            interrupt in the thread that the config names.
        config: LangChain's config.
        context: LangGraph's run-time context.
        node: Show only these nodes; `!name` excludes one.
        tag: Show only model calls with these tags, likewise.
        agent: Show only these agents, likewise.
        kind: Show only these parts of messages, likewise: `text`, `tool`, `reasoning`.
        view: `auto`, `widget`, `text`, `html` or `quiet`, as `%%lgstream --view`.
        sync: Run the graph by its sync `stream`, in a thread, even where it has an async form.
        background: Return at once. The run goes on in the output of the cell that started it,
            whose own it stays with all that its nodes print and display; `run.wait(timeout)` or
            `await run` waits for it, `run.stop()` stops it, and so does running the cell again.
        record: A file to write the run to while it goes on (`Run.load` reads it).
        cassette: A file, or a `lg_notebook.cassette`, that answers the graph's chat models.
        tokens: Name of the field of custom payloads that holds tokens, for models outside
            LangChain; `.` where the payload itself is the token.
        version: In which version of LangGraph's stream to read the graph: `v1`, `v2` or `v3` (see
            `stream`).
        stream_mode: `checkpoints` to have `Run.checkpoints` (see `stream`).

    Returns:
        The run, also when it was stopped; with `background` a run that grows.

    Raises:
        TypeError: The object is not a graph, or does not stream in this version.
        ValueError: No node has a name given in `node`, there is no such kind, view, version
            or mode, or `tokens` is no name.
        InputError: The graph did not accept its input.
        RuntimeError: The graph holds something that is bound to the event loop of this thread:
            then `await awatch(…)`.
        Exception: Whatever the graph raises; with `background`, to those who wait for the run.

    A run in the background has a thread of its own, and a loop in it where the graph is async,
    so that a cell that computes for a minute does not hold it up. Only a graph that holds
    objects of this thread's running loop (an `AsyncSqliteSaver`, a lock, a client, a chat model
    that has one) runs in that loop, since they work nowhere else.

    Example:
        >>> run = watch(graph, {"topic": "ice cream"})
        >>> runs = [watch(graph, {"topic": each}, background=True) for each in topics]
        >>> texts = [run.wait(timeout=60).text() for run in runs]
    """
    session = _session(
        graph, input, config, context, Filters.of(node, tag, agent, kind),
        view=view, sync=sync, record=record, cassette=cassette, tokens=tokens,
        version=version, stream_mode=stream_mode,
    )  # fmt: skip
    if background:
        return session.start()
    return session.block(threaded=environment.has_running_loop())


async def awatch(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    *,
    context: object = None,
    node: Patterns = None,
    tag: Patterns = None,
    agent: Patterns = None,
    kind: Patterns = None,
    view: str = "auto",
    sync: bool = False,
    record: str | os.PathLike[str] | None = None,
    cassette: str | os.PathLike[str] | Cassette | None = None,
    tokens: str | None = None,
    version: str = "v1",
    stream_mode: str | Sequence[str] = (),
) -> Run:
    """Run a graph on the running event loop and show every token; the twin of `watch`.

    Example:
        >>> run = await awatch(graph, {"topic": "ice cream"})
    """
    session = _session(
        graph, input, config, context, Filters.of(node, tag, agent, kind),
        view=view, sync=sync, record=record, cassette=cassette, tokens=tokens,
        version=version, stream_mode=stream_mode,
    )  # fmt: skip
    return await session.arun()
