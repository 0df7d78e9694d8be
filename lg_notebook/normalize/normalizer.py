"""Turn LangGraph's stream into events, without I/O and clock.

`Normalizer` takes `(namespace, mode, payload)`, as `graph.stream(…, stream_mode=[…],
subgraphs=True)` yields them, with the time of arrival, and returns events.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from langgraph.types import Command

from lg_notebook.core.error_words import words_of
from lg_notebook.core.location import place
from lg_notebook.core.model_call import ModelCallLog
from lg_notebook.normalize.content import TextModelOutput, content_text, find_messages
from lg_notebook.normalize.custom_messages import CustomMessages, RunningTask
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.normalize.event_writer import EventWriter
from lg_notebook.normalize.interrupts import InterruptWriter, interrupt_id
from lg_notebook.normalize.message_finder import MessageFinder
from lg_notebook.normalize.message_tracker import MessageTracker
from lg_notebook.normalize.message_writer import METADATA_BUDGET, MessageWriter
from lg_notebook.normalize.missing_tokens import diagnose
from lg_notebook.normalize.state_diff import StateDiff
from lg_notebook.normalize.tool_call_tracker import ToolCallTracker
from lg_notebook.normalize.tracked_message import TrackedMessage
from lg_notebook.privacy.payload import UNBOUNDED, payload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lg_notebook.events import AnyEvent, RunError, Status, Topology
    from lg_notebook.model.token_batch import Arrival, TokenBatch
    from lg_notebook.privacy.redactor import Redactor

_LOG = logging.getLogger(__name__)

Namespace = tuple[str, ...]


class Normalizer:
    """Turns one run's stream into events.

    Args:
        redactor: Masks secrets in the events.
        withhold: The kinds of data to leave out of events (`core.limits.KINDS`).
        tokens: Reads tokens from custom payloads; by default from none.
        model_calls: The graph's observed model calls; by default none.
        describe_error: Converts an exception to plain data, masked; by default without a
            traceback.
        message_channels: Names of the graph's channels of messages; None if not known.

    Attributes:
        objects: For events whose payload is a summary, `seq` → the whole object.
        values: The root graph's latest values themselves; None before any.
        interrupted: Whether the root graph has stopped at an interrupt.

    Example:
        >>> normalizer = Normalizer(Redactor())
        >>> [event["type"] for event in normalizer.start("agent", {"topic": "cats"}, 0.0)]
        ['run-start']
    """

    def __init__(
        self,
        redactor: Redactor,
        withhold: frozenset[str] = frozenset(),
        *,
        tokens: Tokens | None = None,
        model_calls: ModelCallLog | None = None,
        describe_error: Callable[[BaseException], RunError] | None = None,
        message_channels: frozenset[str] | None = None,
    ) -> None:
        self.objects: dict[int, Any] = {}
        self.values: Any = None
        self.interrupted = False
        self._redactor = redactor
        self._writer = EventWriter(withhold)
        self._calls = ToolCallTracker(self._writer, redactor)
        message_writer = MessageWriter(self._writer, redactor)
        self._messages = MessageTracker(message_writer, self._calls)
        self._finder = MessageFinder(message_channels)
        self._state_diff = StateDiff(redactor)
        self._tokens = tokens or Tokens()
        self._model_calls = model_calls or ModelCallLog()
        self._error = describe_error or self._without_traceback
        self._running: dict[str, RunningTask] = {}
        self._custom_messages = CustomMessages(
            self._tokens, self._messages, message_writer, self._running
        )
        self._attempts: dict[str, int] = {}
        self._interrupts = InterruptWriter(self._writer, redactor, self.objects)
        self._inputs: list[tuple[str, str]] | None = None
        self._resumed = False

    def start(
        self,
        graph: str,
        input: object,  # noqa: A002
        started_at: float,
        topology: Topology | None = None,
    ) -> list[AnyEvent]:
        """Begin the run.

        Args:
            graph: Name of the graph.
            input: The graph's input.
            started_at: Seconds since the Unix epoch.
            topology: The graph's nodes and edges, or None.

        Returns:
            The events.
        """
        self._writer.begin(0)
        self._resumed = input is None or isinstance(input, Command)
        shown = payload(input, self._redactor)
        if self._writer.withholder is not None:
            self._writer.withholder.learn(lambda: payload(input, self._redactor, UNBOUNDED))
        self._writer.write(
            "run-start",
            place(),
            graph=graph,
            input=shown,
            started_at=started_at,
            topology=topology,
            **({} if self._redactor.masks else {"masked": False}),
        )
        try:
            self._inputs = [(m.type, content_text(m)) for m in find_messages(input, plain=True)]
        except Exception as error:  # noqa: BLE001 - an input may be anything
            self._unreadable("The messages of the input", error)
        return self._writer.events

    def passed_by(self, what: str, error: Exception, t: int) -> list[AnyEvent]:
        """Note something that could not be read before it became a stream item.

        Args:
            what: What could not be read, as the beginning of a sentence.
            error: The exception that reading it raised.
            t: Nanoseconds since the run began.

        Returns:
            The events.
        """
        self._writer.begin(t)
        self._unreadable(what, error)
        return self._writer.events

    def _unreadable(self, what: str, error: Exception, ns: Namespace = ()) -> None:
        """Write an event for something that could not be read, which the graph never notices.

        Args:
            what: What could not be read, as the beginning of a sentence.
            error: The exception that its reading raised.
            ns: Namespace of the graph that it comes from.
        """
        _LOG.debug("%s could not be read.", what, exc_info=error)
        # Not the error's own words, which may quote a secret.
        self._writer.write(
            "unreadable", place(ns), what=self._redactor.text(what), reason=type(error).__name__
        )

    def drawn(self, topology: Topology, t: int) -> list[AnyEvent]:
        """Send the graph's topology after the run's start.

        Args:
            topology: The graph's nodes and edges.
            t: Nanoseconds since the run began.

        Returns:
            The events.
        """
        self._writer.begin(t)
        self._writer.write("drawing", place(), topology=topology)
        return self._writer.events

    def end(
        self, status: Status, error: BaseException | None, t: int, abandoned: Sequence[str] = ()
    ) -> list[AnyEvent]:
        """End the run.

        Args:
            status: The run's final status.
            error: The exception that ended the run, with status `error`.
            t: Nanoseconds since the run began.
            abandoned: Names of the nodes that still run although they were cancelled.

        Returns:
            The events.
        """
        self._writer.begin(t)
        try:
            self._messages.flush()
            diagnosis = [] if error is not None else self._diagnosis(status)
        except Exception as failure:  # noqa: BLE001 - what is flushed may be anything
            diagnosis = []
            self._unreadable("The end of a message", failure)
        self._writer.write(
            "run-end",
            place(),
            status=status,
            error=None if error is None else self._error(error),
            duration=t,
            state=payload(self.values, self._redactor, METADATA_BUDGET),
            **({"left": list(abandoned)} if abandoned else {}),
            **({"diagnosis": diagnosis} if diagnosis else {}),
        )
        return self._writer.events

    def _diagnosis(self, status: Status) -> list[str]:
        lines = diagnose(
            self._messages.entries,
            self._model_calls,
            self._tokens,
            resumed=self._resumed,
            done=status == "done",
        )
        return [self._redactor.text(line) for line in lines]

    def __call__(self, ns: Namespace, mode: str, item: Any, t: int) -> list[AnyEvent]:
        """Take one stream item.

        Args:
            ns: Namespace of the graph that the item comes from.
            mode: LangGraph's stream mode.
            item: The payload of the mode.
            t: Nanoseconds since the run began.

        Returns:
            The item's events; often one, sometimes none.
        """
        try:
            batch, after = self.stretch([((ns, mode, item), t)], 0, 1)
        except Exception as error:  # noqa: BLE001 - a node may write anything
            self._writer.begin(t)
            self._unreadable(_describe(mode, item), error, ns)
            return self._writer.events
        if batch is not None:
            return list(batch.events())
        self._writer.begin(t)
        if not after:
            if mode == "values" and not ns:
                self.values = item  # kept even if it cannot be read
            try:
                self._take(ns, mode, item)
            except Exception as error:  # noqa: BLE001 - a node may return anything
                # The events that were written before stay: other events may refer to them.
                self._unreadable(_describe(mode, item), error, ns)
        return self._writer.events

    def _take(self, ns: Namespace, mode: str, item: Any) -> None:
        if mode == "messages":
            self._messages.take(ns, item[0], item[1])
        elif mode == "tasks":
            if "triggers" in item:
                self._task_start(ns, item)
            else:
                self._task_finish(ns, item)
        elif mode == "updates":
            self._updates(ns, item)
        elif mode == "values":
            self._values(ns, item)
        elif mode == "checkpoints":
            self._checkpoint(ns, item)
        elif mode == "tools":
            self._calls.take(ns, item)
        elif mode == "custom" and type(item) is TextModelOutput:
            self._messages.take_text_model(ns, item.message, item.metadata)
        elif mode == "custom" and not self._custom_messages.take(ns, item):
            self._custom(ns, item)

    def stretch(
        self, items: Sequence[Arrival], start: int, end: int
    ) -> tuple[TokenBatch | None, int]:
        """Take the next plain tokens of one message.

        Args:
            items: Stream items.
            start: Index of the first item.
            end: Index after the last one.

        Returns:
            A batch of tokens, or None, and the index of the item after them. The index is
            `start` if the first item is something else, which needs a call of its own.
        """
        mode = items[start][0][1]
        if mode == "messages":
            return self._messages.token_batch(items, start, end)
        if mode == "custom":
            return self._custom_messages.token_batch(items, start, end)
        return None, start

    def is_new(self, item: Any) -> bool:
        """Whether a stream item belongs to no message that has begun.

        Args:
            item: `(namespace, mode, payload)`.
        """
        ns, mode, payload = item
        if mode == "messages":
            return self._messages.is_new(payload[1])
        if type(payload) is TextModelOutput:
            return self._messages.is_new(payload.metadata)
        return mode != "custom" or not self._custom_messages.is_under_way(ns)

    def _without_traceback(self, error: BaseException) -> RunError:
        words = self._redactor.text(words_of(error))
        return {"type": type(error).__name__, "message": words, "traceback": None, "source": None}

    # ---- tasks ----------------------------------------------------------------------

    def _task_start(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        task, node = str(item["id"]), str(item["name"])
        attempt = self._attempts[task] = self._attempts.get(task, 0) + 1
        at = place(ns, task, node)
        triggers = [str(trigger) for trigger in item["triggers"]]
        self._running[task] = RunningTask(ns, node, triggers)
        self._custom_messages.tasks_changed()
        self._writer.write("task-start", at, triggers=triggers, attempt=attempt)
        self._calls.task_start(at, item.get("input"))

    def _task_finish(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        task = str(item["id"])
        self._running.pop(task, None)
        self._calls.task_finish(task)
        error = item.get("error")
        shown: RunError | None = None
        if isinstance(error, BaseException):
            shown = self._error(error)
        elif error is not None:  # a text from a server
            words = self._redactor.text(str(error))
            shown = {"type": "Error", "message": words, "traceback": None, "source": None}
        else:
            self._messages.close(task)
        self._custom_messages.tasks_changed(task)
        interrupts = [interrupt_id(each) for each in item.get("interrupts") or ()]
        self._writer.write(
            "task-finish",
            place(ns, task, str(item["name"])),
            error=shown,
            result=payload(item.get("result"), self._redactor),
            interrupts=[each for each in interrupts if each is not None],
        )

    # ---- the state ------------------------------------------------------------------

    def _updates(self, ns: Namespace, item: Any) -> None:
        if not isinstance(item, dict):
            return
        # The update comes from a checkpoint or a cache, and no node ran.
        replayed = bool((item.get("__metadata__") or {}).get("cached"))
        for node, update in item.items():
            if node == "__interrupt__":
                self.interrupted = self.interrupted or not ns
                self._interrupts.take(ns, update)
            elif node != "__metadata__":
                self._update(ns, node, update, replayed=replayed)

    def _update(self, ns: Namespace, node: str, update: object, *, replayed: bool) -> None:
        # The mode names only the node. If several tasks of it are running, any of them may be it.
        running = [task for task, at in self._running.items() if (at.ns, at.node) == (ns, node)]
        task = running[0] if len(running) == 1 else None
        path = "|".join([*ns, f"{node}:{task}"] if task else ns)
        messages = self._finder.in_update(update)
        here = {"langgraph_node": node, "langgraph_checkpoint_ns": path}
        if messages:
            here.update(self._messages.agent(ns))
        for message in messages:
            entry = TrackedMessage(-1, ns, here)
            entry.replayed = replayed
            self._messages.take_final(entry, message, ns)
        self.objects[self._writer.seq] = update
        data = payload(update, self._redactor)
        self._writer.write("update", place(ns, task, node), data=data)

    def _custom(self, ns: Namespace, item: object) -> None:
        # The mode names only the graph. If one task of it is running, it is that task.
        at = self._calls.running(ns)
        call = None if at is None else self._calls.call_of(at)
        more = {} if call is None else {"call_id": call}
        self.objects[self._writer.seq] = item
        data = payload(item, self._redactor)
        self._writer.write("custom", at or place(ns), data=data, **more)

    def _checkpoint(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        name = _configured(item.get("config"), "checkpoint_id")
        if name is None:
            return  # without a checkpointer, nothing is saved
        metadata = item.get("metadata") or {}
        state = self._state_diff.if_changed(ns, item.get("values") or {})
        self.objects[self._writer.seq] = item
        self._writer.write(
            "checkpoint",
            place(ns, step=metadata.get("step")),
            id=name,
            parent=_configured(item.get("parent_config"), "checkpoint_id"),
            source=metadata.get("source"),
            next=[str(node) for node in item.get("next") or ()],
            thread=self._redactor.text(_configured(item.get("config"), "thread_id") or "") or None,
            **({} if state is None else {"state": state}),
        )

    def _values(self, ns: Namespace, item: object) -> None:
        if ns and not self._state_diff.knows(ns):
            self._calls.take_first_state(ns, item)
        for message in self._finder.in_state(item):
            if self._messages.is_unknown(message) and not self._messages.recognise(ns, message):
                if self._is_input(ns, message):
                    self._messages.add_input(message)
                else:
                    self._messages.add_hidden(message)
        self._messages.forget_unnamed(ns)
        if not ns:
            self._inputs = None
            self.values = item
        change = self._state_diff(ns, item)
        if any(change):
            self._writer.write("values", place(ns), **change._asdict())

    def _is_input(self, ns: Namespace, message: Any) -> bool:
        """Whether a message of the first values is from the input, not from the thread before."""
        key = (message.type, content_text(message))
        if ns or not self._inputs or key not in self._inputs:
            return False
        self._inputs.remove(key)
        return True


_DESCRIPTIONS = {
    "messages": "A message of {}",
    "tasks": "A task of {}",
    "updates": "The update of {}",
    "values": "The state",
    "checkpoints": "A checkpoint",
    "tools": "A tool's event",
    "custom": "What a node wrote to the stream",
}


def _describe(mode: str, item: Any) -> str:
    """Name a stream item that could not be read, as the beginning of a sentence."""
    name: object = None
    try:
        if mode == "messages":
            name = item[1]["langgraph_node"]
        elif mode == "tasks":
            name = item["name"]
        elif mode == "updates":
            name = next(node for node in item if node != "__metadata__")
    except Exception:  # noqa: BLE001 - the item may be anything
        _LOG.debug("An item of mode %s names no node.", mode)
    node = f"node {name}" if type(name) is str else "a node"
    return _DESCRIPTIONS.get(str(mode), "An item of the stream").format(node)


def _configured(config: Any, key: str) -> str | None:
    found = ((config or {}).get("configurable") or {}).get(key)
    return None if found is None else str(found)
