"""Answer interrupts: find the thread that waits, check the answer, and make the command."""

from __future__ import annotations

import logging
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from langgraph.types import Command

from lg_notebook.exceptions import AnswerError
from lg_notebook.graphs import capabilities, loop_affinity
from lg_notebook.model.run_state import by_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lg_notebook.events import Status


_LOG = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where a run waits for an answer.

    Attributes:
        config: The config to continue with.
        context: LangGraph's run-time context to continue with.
    """

    config: dict[str, Any]
    context: object


_waiting: weakref.WeakKeyDictionary[Any, dict[str, Place]] = weakref.WeakKeyDictionary()
"""Graph → thread → where its newest run waits, if it does."""


def note(graph: Any, config: Mapping[str, Any] | None, context: object, status: Status) -> None:
    """Note how a run has ended, for a later answer.

    Args:
        graph: The graph that ran.
        config: The config that it ran with.
        context: The context that it ran with.
        status: How it ended.
    """
    thread = ((config or {}).get("configurable") or {}).get("thread_id")
    if thread is None:
        return
    places = _places(graph)
    places.pop(str(thread), None)
    if status == "interrupted":
        places[str(thread)] = place(config, context)


def _places(graph: Any) -> dict[str, Place]:
    """Return where runs of a graph wait, by their threads."""
    try:
        return _waiting.setdefault(graph, {})
    except TypeError:  # a user's object that cannot be a key: the config has to name the thread
        return {}


def place(config: Mapping[str, Any] | None, context: object) -> Place:
    """Return the place where a run waits, if it does.

    Args:
        config: The config that it ran with.
        context: The context that it ran with.
    """
    keys = dict((config or {}).get("configurable") or {})
    # The run began there; it waits at the newest checkpoint.
    keys.pop("checkpoint_id", None)
    return Place({**(config or {}), "configurable": keys}, context)


def needs_thread(graph: Any, config: Mapping[str, Any] | None) -> bool:
    """Whether LangGraph refuses to run a graph, because it saves and no thread is named.

    Args:
        graph: The graph.
        config: The config of the run.

    Example:
        >>> needs_thread(builder.compile(checkpointer=InMemorySaver()), None)
        True
    """
    saver = getattr(graph, "checkpointer", None)
    if saver is None or isinstance(saver, bool):
        return False
    configs = (config, getattr(graph, "config", None))
    keys = {key for each in configs for key in (each or {}).get("configurable") or {}}
    return not {"thread_id", "checkpoint_id", "checkpoint_ns"} & keys


def find(graph: Any, config: Mapping[str, Any]) -> Place:
    """Find the place that an answer belongs to.

    Args:
        graph: The graph.
        config: The config that came with the answer. If it names no thread, the answer is for
            the one thread in which a run of the graph waits.

    Returns:
        The waiting run's config and context, overridden by the config of the answer.

    Raises:
        AnswerError: The graph cannot wait, or the thread is not known.
    """
    if not hasattr(graph, "assistant_id") and getattr(graph, "checkpointer", None) is None:
        raise AnswerError(
            "This graph has no checkpointer, so it cannot wait for an answer: compile it with"
            " one, such as builder.compile(checkpointer=InMemorySaver())."
        )
    keys = config.get("configurable") or {}
    places = _places(graph)
    thread = keys.get("thread_id")
    if thread is None:
        if not places:
            raise AnswerError(
                "No run of this graph waits for an answer; if one does from elsewhere, say in"
                " which thread: --thread ID."
            )
        if len(places) > 1:
            threads = ", ".join(map(repr, sorted(places)))
            raise AnswerError(
                f"Runs in several threads wait for an answer ({threads}): say which one is"
                " meant by --thread ID."
            )
        (thread,) = places
    known = places.get(str(thread), place(None, None))
    keys = {**known.config["configurable"], "thread_id": thread, **keys}
    return Place({**known.config, **config, "configurable": keys}, known.context)


def state(graph: Any, config: Mapping[str, Any]) -> Any:
    """Read the state of the thread; None if it cannot be read here.

    Args:
        graph: The graph.
        config: With the thread in it.
    """
    if loop_affinity.loop_of(getattr(graph, "checkpointer", None)) is not None:
        return None  # a read from here might wait for a loop that is blocked
    try:
        return graph.get_state(config)
    except Exception:  # noqa: BLE001 - a saver of the user's may raise anything; the run will say it
        _LOG.debug("The state of a thread could not be read.", exc_info=True)
        return None


async def astate(graph: Any, config: Mapping[str, Any]) -> Any:
    """Read the state of the thread on the running loop; the async form of `state`."""
    if not hasattr(graph, "assistant_id") and capabilities.sync_only_saver(graph) is not None:
        return state(graph, config)
    try:
        return await graph.aget_state(config)
    except Exception:  # noqa: BLE001 - as above
        _LOG.debug("The state of a thread could not be read.", exc_info=True)
        return None


def check(waiting: Any) -> None:
    """Check that something waits for an answer.

    Args:
        waiting: The state of the thread (see `state`); None if it is not known.

    Raises:
        AnswerError: Nothing does.
    """
    if waiting is None or _interrupts(waiting):
        return
    if waiting.next:
        nodes = ", ".join(map(repr, waiting.next))
        msg = (
            f"No interrupt waits for an answer in this thread, which is stopped before {nodes}:"
            " continue with None as the input, not with an answer."
        )
        raise AnswerError(msg)
    msg = "No interrupt waits for an answer in this thread."
    raise AnswerError(msg)


def questions(waiting: Any) -> list[Any]:
    """List the questions of a thread.

    Args:
        waiting: The state of the thread (see `state`); None if it is not known.

    Returns:
        The values of its interrupts, in their order.

    Example:
        >>> questions(graph.get_state(config))
        ['Shall I send it?']
    """
    found = {} if waiting is None else _interrupts(waiting)
    return [each["value"] if isinstance(each, dict) else each.value for each in found.values()]


def command(value: object, waiting: Any) -> Command[Any]:
    """Make the graph's input that answers.

    Args:
        value: The answer; or, by the interrupts' ids, several.
        waiting: The state of the thread (see `state`); None if it is not known.

    Returns:
        LangGraph's command.

    Raises:
        AnswerError: Nothing waits there, nothing with such an id, or several interrupts do and
            the answer does not say for which one it is.
    """
    check(waiting)
    open_ids = {} if waiting is None else _interrupts(waiting)
    named = set(by_ids(value))
    unknown = sorted(named - set(open_ids)) if open_ids else []
    if unknown:
        msg = (
            f"No interrupt with the id {unknown[0]} waits for an answer in this thread, but"
            f" {', '.join(open_ids)}."
        )
        raise AnswerError(msg)
    if len(open_ids) > 1 and not named:
        msg = (
            f"{len(open_ids)} interrupts wait for an answer: answer them by their ids, as"
            " {id: answer, …}; run.interrupts has them."
        )
        raise AnswerError(msg)
    if open_ids and (value is None or value == {}):
        # LangGraph takes these two for no answer, unless the command names the interrupt.
        value = {next(iter(open_ids)): value}
    return Command(resume=value)


def _interrupts(waiting: Any) -> dict[str, Any]:
    """Return the interrupts that wait, by their ids."""
    # Before LangGraph 1.0 a task that was answered, and is done, still has its interrupt.
    tasks = [task for task in waiting.tasks if getattr(task, "result", None) is None]
    found = [each for task in tasks for each in task.interrupts]
    return {_id(each): each for each in found}


def _id(interrupt: Any) -> str:
    """Return an interrupt's id; a server sends dicts."""
    if isinstance(interrupt, dict):
        return str(interrupt.get("id") or interrupt.get("interrupt_id"))
    return str(interrupt.id)
