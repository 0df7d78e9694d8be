"""From LangGraph's stream to events: pure, no I/O, no clock.

`Normalizer` takes `(namespace, mode, payload)`, as `graph.stream(…, stream_mode=[…],
subgraphs=True)` yields them, with the time of arrival, and gives events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langgraph.types import Command, Interrupt

from lg_notebook.core.location import place
from lg_notebook.core.model_call import ModelCallLog
from lg_notebook.normalize.content import Said, content_text, find_messages
from lg_notebook.normalize.custom_messages import CustomMessages, Running
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.normalize.event_writer import EventWriter
from lg_notebook.normalize.message_tracker import METADATA_BUDGET, Transcript
from lg_notebook.normalize.missing_tokens import diagnose
from lg_notebook.normalize.state_diff import Changes
from lg_notebook.normalize.tool_call_tracker import Calls
from lg_notebook.normalize.tracked_message import TrackedMessage
from lg_notebook.privacy.payload import UNBOUNDED, payload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lg_notebook.events import AnyEvent, RunError, Status, Topology
    from lg_notebook.model.token_batch import Arrival, TokenBatch
    from lg_notebook.privacy.redactor import Redactor

Namespace = tuple[str, ...]


class Normalizer:
    """Turns one run's stream into events.

    Args:
        redactor: Masks secrets in whatever goes into an event.
        withhold: What not to put into events (`core.limits.KINDS`).
        tokens: Reads tokens from custom payloads; by default from none.
        model_calls: What is seen of the graph's model calls; by default nothing.
        describe_error: Makes an exception plain data, masked; by default without its traceback.

    Attributes:
        objects: For events whose payload is a summary, `seq` → the whole object.
        values: The root graph's latest values, as they are; None before any.
        interrupted: Whether the root graph has stopped to ask something.
    """

    def __init__(
        self,
        redactor: Redactor,
        withhold: frozenset[str] = frozenset(),
        *,
        tokens: Tokens | None = None,
        model_calls: ModelCallLog | None = None,
        describe_error: Callable[[BaseException], RunError] | None = None,
    ) -> None:
        self.objects: dict[int, Any] = {}
        self.values: Any = None
        self.interrupted = False
        self._redactor = redactor
        self._scribe = EventWriter(withhold)
        self._calls = Calls(self._scribe, redactor)
        self._transcript = Transcript(self._scribe, redactor, self._calls)
        self._changes = Changes(redactor)
        self._tokens = tokens or Tokens()
        self._model_calls = model_calls or ModelCallLog()
        self._error = describe_error or self._plainly
        self._running: dict[str, Running] = {}
        self._speech = CustomMessages(self._tokens, self._transcript, self._running)
        self._attempts: dict[str, int] = {}
        self._asked: set[str] = set()
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
            topology: The graph as it is drawn.
        """
        self._scribe.turn(0)
        self._resumed = input is None or isinstance(input, Command)
        shown = payload(input, self._redactor)
        if self._scribe.discretion is not None:
            self._scribe.discretion.learn(lambda: payload(input, self._redactor, UNBOUNDED))
        self._scribe.write(
            "run-start",
            place(),
            graph=graph,
            input=shown,
            started_at=started_at,
            topology=topology,
        )
        self._inputs = [(m.type, content_text(m)) for m in find_messages(input, plain=True)]
        return self._scribe.page

    def drawn(self, topology: Topology, t: int) -> list[AnyEvent]:
        """Tell what the graph looks like, after the run's start.

        Args:
            topology: The graph as it is drawn.
            t: Nanoseconds since the run began.
        """
        self._scribe.turn(t)
        self._scribe.write("drawing", place(), topology=topology)
        return self._scribe.page

    def end(
        self, status: Status, error: BaseException | None, t: int, left: Sequence[str] = ()
    ) -> list[AnyEvent]:
        """End the run.

        Args:
            status: How it ended.
            error: What it raised, with status `error`.
            t: Nanoseconds since it began.
            left: Names of the nodes that go on although they were cancelled.
        """
        self._scribe.turn(t)
        self._transcript.flush()
        diagnosis = [] if error is not None else self._diagnosis(status)
        self._scribe.write(
            "run-end",
            place(),
            status=status,
            error=None if error is None else self._error(error),
            duration=t,
            state=payload(self.values, self._redactor, METADATA_BUDGET),
            **({"left": list(left)} if left else {}),
            **({"diagnosis": diagnosis} if diagnosis else {}),
        )
        return self._scribe.page

    def _diagnosis(self, status: Status) -> list[str]:
        lines = diagnose(
            self._transcript.entries,
            self._model_calls,
            self._tokens,
            resumed=self._resumed,
            done=status == "done",
        )
        return [self._redactor.text(line) for line in lines]

    def __call__(self, ns: Namespace, mode: str, item: Any, t: int) -> list[AnyEvent]:
        """Take one item of the stream.

        Args:
            ns: Namespace of the graph that it comes from.
            mode: LangGraph's stream mode.
            item: What the mode yields.
            t: Nanoseconds since the run began.

        Returns:
            The events that it means; often one, sometimes none.
        """
        stretch, after = self.stretch([((ns, mode, item), t)], 0, 1)
        if stretch is not None:
            return list(stretch.events())
        self._scribe.turn(t)
        if not after:
            self._take(ns, mode, item)
        return self._scribe.page

    def _take(self, ns: Namespace, mode: str, item: Any) -> None:
        if mode == "messages":
            self._transcript.take(ns, item[0], item[1])
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
        elif mode == "custom" and type(item) is Said:
            self._transcript.hear(ns, item.message, item.metadata)
        elif mode == "custom" and not self._speech.take(ns, item):
            self._custom(ns, item)

    def stretch(
        self, items: Sequence[Arrival], start: int, end: int
    ) -> tuple[TokenBatch | None, int]:
        """Take as many plain tokens of one message as come next.

        Args:
            items: Items of the stream.
            start: Index of the first to look at.
            end: Index after the last one.

        Returns:
            The tokens, if there are any, and the index of the item after them: `start` if the
            first item is something else, to be taken by itself.
        """
        mode = items[start][0][1]
        if mode == "messages":
            return self._transcript.stretch(items, start, end)
        if mode == "custom":
            return self._speech.stretch(items, start, end)
        return None, start

    def is_new(self, item: Any) -> bool:
        """Whether an item of the stream belongs to no message that is under way."""
        ns, mode, payload = item
        if mode == "messages":
            return self._transcript.is_new(payload[1])
        if type(payload) is Said:
            return self._transcript.is_new(payload.metadata)
        return mode != "custom" or not self._speech.is_under_way(ns)

    def _plainly(self, error: BaseException) -> RunError:
        words = self._redactor.text(str(error))
        return {"type": type(error).__name__, "message": words, "traceback": None, "source": None}

    # ---- tasks ----------------------------------------------------------------------

    def _task_start(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        task, node = str(item["id"]), str(item["name"])
        attempt = self._attempts[task] = self._attempts.get(task, 0) + 1
        at = place(ns, task, node)
        triggers = [str(trigger) for trigger in item["triggers"]]
        self._running[task] = Running(ns, node, triggers)
        self._speech.moved()
        self._scribe.write("task-start", at, triggers=triggers, attempt=attempt)
        self._calls.task_start(at, item.get("input"))

    def _task_finish(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        task = str(item["id"])
        self._running.pop(task, None)
        self._calls.task_finish(task)
        error = item.get("error")
        shown: RunError | None = None
        if isinstance(error, BaseException):
            shown = self._error(error)
        elif error is not None:  # from a server: its words
            words = self._redactor.text(str(error))
            shown = {"type": "Error", "message": words, "traceback": None, "source": None}
        else:
            self._transcript.close(task)
        self._speech.moved(task)
        asked = [_interrupt_id(each) for each in item.get("interrupts") or ()]
        self._scribe.write(
            "task-finish",
            place(ns, task, str(item["name"])),
            error=shown,
            result=payload(item.get("result"), self._redactor),
            interrupts=[each for each in asked if each is not None],
        )

    # ---- the state ------------------------------------------------------------------

    def _updates(self, ns: Namespace, item: Any) -> None:
        if not isinstance(item, dict):
            return
        # A checkpoint or cache gave it, and no node ran.
        replayed = bool((item.get("__metadata__") or {}).get("cached"))
        for node, update in item.items():
            if node == "__interrupt__":
                self.interrupted = self.interrupted or not ns
                self._interrupts(ns, update)
            elif node != "__metadata__":
                self._update(ns, node, update, replayed=replayed)

    def _update(self, ns: Namespace, node: str, update: object, *, replayed: bool) -> None:
        # The mode names only the node: with several tasks of it under way, any could be it.
        running = [task for task, at in self._running.items() if (at.ns, at.node) == (ns, node)]
        task = running[0] if len(running) == 1 else None
        path = "|".join([*ns, f"{node}:{task}"] if task else ns)
        messages = find_messages(update)
        here = {"langgraph_node": node, "langgraph_checkpoint_ns": path}
        if messages:
            here.update(self._transcript.agent(ns))
        for message in messages:
            entry = TrackedMessage(-1, ns, here)
            entry.replayed = replayed
            self._transcript.settle(entry, message)
        self.objects[self._scribe.seq] = update
        data = payload(update, self._redactor)
        self._scribe.write("update", place(ns, task, node), data=data)

    def _interrupts(self, ns: Namespace, asked: Any) -> None:
        for each in asked if isinstance(asked, (list, tuple)) else ():
            name = _interrupt_id(each)
            if name in self._asked:
                continue  # the parent graph passes its subgraph's interrupt on
            if name is not None:
                self._asked.add(name)
            value = each.get("value") if isinstance(each, dict) else getattr(each, "value", None)
            self.objects[self._scribe.seq] = _interrupt(each)
            shown = payload(value, self._redactor)
            self._scribe.write("interrupt", place(ns), id=name, value=shown)

    def _custom(self, ns: Namespace, item: object) -> None:
        # The mode names only the graph: with one task under way in it, that task it is.
        at = self._calls.running(ns)
        call = None if at is None else self._calls.during(at)
        more = {} if call is None else {"call_id": call}
        self.objects[self._scribe.seq] = item
        data = payload(item, self._redactor)
        self._scribe.write("custom", at or place(ns), data=data, **more)

    def _checkpoint(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        name = _configured(item.get("config"), "checkpoint_id")
        if name is None:
            return  # a graph without a checkpointer only says what it would save
        told = item.get("metadata") or {}
        state = self._changes.unlike(ns, item.get("values") or {})
        self.objects[self._scribe.seq] = item
        self._scribe.write(
            "checkpoint",
            place(ns, step=told.get("step")),
            id=name,
            parent=_configured(item.get("parent_config"), "checkpoint_id"),
            source=told.get("source"),
            next=[str(node) for node in item.get("next") or ()],
            thread=self._redactor.text(_configured(item.get("config"), "thread_id") or "") or None,
            **({} if state is None else {"state": state}),
        )

    def _values(self, ns: Namespace, item: object) -> None:
        if ns and not self._changes.knows(ns):
            self._calls.entered(ns, item)
        for message in find_messages(item):
            if self._transcript.is_unknown(message):
                if self._is_given(ns, message):
                    self._transcript.given(message)
                else:
                    self._transcript.pass_over(message)
        if not ns:
            self._inputs = None
            self.values = item
        change = self._changes(ns, item)
        if any(change):
            self._scribe.write("values", place(ns), **change._asdict())

    def _is_given(self, ns: Namespace, message: Any) -> bool:
        """Whether a message of the first values is of the input, not of the thread's history."""
        said = (message.type, content_text(message))
        if ns or not self._inputs or said not in self._inputs:
            return False
        self._inputs.remove(said)
        return True


def _interrupt(given: Any) -> Any:
    """An interrupt as LangGraph's own object; a server gives its fields."""
    name = _interrupt_id(given)
    if isinstance(given, dict) and "value" in given and name is not None:
        return Interrupt(given["value"], id=name)
    return given


def _configured(config: Any, key: str) -> str | None:
    found = ((config or {}).get("configurable") or {}).get(key)
    return None if found is None else str(found)


def _interrupt_id(interrupt: Any) -> str | None:
    if isinstance(interrupt, dict):
        found = interrupt.get("id") or interrupt.get("interrupt_id")
    else:
        found = getattr(interrupt, "id", None) or getattr(interrupt, "interrupt_id", None)
    return None if found is None else str(found)
