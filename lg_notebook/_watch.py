"""`watch` and `awatch`: run a graph and show it, as the magic does, from code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.core.run_options import ViewOptions, WatchOptions, complete, documented
from lg_notebook.kernel import environment
from lg_notebook.runtime.playback import RecordedRun
from lg_notebook.runtime.run_setup import GraphSetup, RunSetup
from lg_notebook.widget.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from lg_notebook._run import Run
    from lg_notebook.model.run_state import RunState


def _session(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None,
    options: ViewOptions,
) -> Session:
    setup = GraphSetup(graph, options, sync=options["sync"])
    return _shown(setup, setup.read(input), config, options)


def _shown(
    setup: RunSetup,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None,
    options: ViewOptions,
) -> Session:
    return Session(setup, input, config, options, name=setup.name, started=lambda _: None)


def replay(run: RunState, speed: float | None, **options: Unpack[ViewOptions]) -> Run:
    """Show a recorded run again (see `Run.replay`)."""
    values = complete(ViewOptions, options, "replay")
    session = _shown(RecordedRun(run, speed, values), None, None, values)
    return session.block(threaded=environment.has_running_loop())


@documented(WatchOptions)
def watch(
    graph: object,
    input: object,  # noqa: A002 - LangGraph's own name
    config: Mapping[str, Any] | None = None,
    **options: Unpack[WatchOptions],
) -> Run:
    """Run a graph, show every token as it arrives, and wait for the end.

    In a notebook it shows the live view; in a terminal or script it prints text.

    Args:
        graph: A compiled graph, an `@entrypoint`, an agent, a `RemoteGraph`, or any other
            LangChain `Runnable`.
        input: The graph's input. A string is the user's message if the graph has a `messages`
            channel. `Command(resume=answer)`, from `langgraph.types`, answers an interrupt in the
            thread that the config names.
        config: LangChain's config.
        **options: See the table of options.

    Returns:
        The run, also if it was stopped; with `background`, a run that is still growing.

    Raises:
        GraphTypeError: The object is not a graph, does not stream in this version, or parts of it
            cannot run together.
        OptionError: There is no such option, node, kind, view, version or mode, or `tokens` is
            not a name.
        InputError: The graph did not accept its input.
        RecordingError: The file for the recording cannot be written.
        EventLoopConflictError: The graph holds something that is bound to the event loop of this
            thread: then `await awatch(…)`.
        ServerError: The graph runs on a server, which did not run it to its end.
        Exception: Whatever the graph raises; with `background`, to the callers that wait for the run.

    A run in the background has its own thread, with an event loop if the graph is async. So a
    cell that computes for a minute does not block it. Only a graph that holds objects of this
    thread's running loop (an `AsyncSqliteSaver`, a lock, a client, a chat model that has one)
    runs in that loop, because they work nowhere else.

    Example:
        >>> run = watch(graph, {"topic": "ice cream"})
        >>> runs = [watch(graph, {"topic": each}, background=True) for each in topics]
        >>> texts = [run.wait(timeout=60).text() for run in runs]
    """
    values = complete(WatchOptions, options, "watch")
    session = _session(graph, input, config, values)
    if values["background"]:
        return session.start()
    return session.block(threaded=environment.has_running_loop())


@documented(ViewOptions)
async def awatch(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    **options: Unpack[ViewOptions],
) -> Run:
    """Run a graph on the running event loop and show every token; the async form of `watch`.

    Raises:
        asyncio.CancelledError: The caller was cancelled; the run has status `stopped`.
        Exception: As for `watch`.

    Example:
        >>> run = await awatch(graph, {"topic": "ice cream"})
    """
    return await _session(graph, input, config, complete(ViewOptions, options, "awatch")).arun()
