"""Track the tool calls of a run: start, progress, end, and the graphs that tools run.

LangGraph's `tools` mode has most of it. Before 1.2, and on servers, it is missing. Then the
inputs of tasks and the messages of tools show when calls begin and end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lg_notebook.core.location import place
from lg_notebook.normalize.content import content_text, find_messages
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from lg_notebook.core.location import PlaceFields
    from lg_notebook.normalize.event_writer import EventWriter
    from lg_notebook.privacy.redactor import Redactor

Namespace = tuple[str, ...]


class OpenCall:
    """A tool call that is running.

    Attributes:
        id: Its id.
        name: Name of the tool, or None.
        at: The place that executes it.
        input: The tool's input.
        entered: Whether the tool runs, or ran, a graph.
        reported: Whether the `tools` mode reported its start.
    """

    __slots__ = ("at", "entered", "id", "input", "name", "reported")

    def __init__(self, call_id: str, name: str | None, at: PlaceFields, value: Any) -> None:
        self.id = call_id
        self.name = name
        self.at = at
        self.input = value
        self.entered = False
        self.reported = False


class ToolCallTracker:
    """Tracks the tool calls of a run.

    Args:
        writer: Writes the events.
        redactor: Masks secrets in them.
    """

    def __init__(self, writer: EventWriter, redactor: Redactor) -> None:
        self._writer = writer
        self._redactor = redactor
        self._open: dict[str, OpenCall] = {}
        self._ended: set[str] = set()
        self._tasks: dict[str, PlaceFields] = {}
        self._sent: dict[str, list[str]] = {}
        self._requested: dict[str, Mapping[str, Any]] = {}
        self._alias: dict[str, str] = {}

    # ---- tasks ----------------------------------------------------------------------

    def task_start(self, at: PlaceFields, sent: Any) -> None:
        """Note a task, and the calls in its input.

        Args:
            at: The task's place.
            sent: The task's input.
        """
        self._tasks[at["task"]] = at
        alone, listed = _calls(sent)
        for call in [*alone, *listed]:
            self._requested.setdefault(str(call["id"]), call)
            self._sent.setdefault(str(call["id"]), []).append(at["task"])
        for call in alone:
            self._start(OpenCall(str(call["id"]), call.get("name"), at, call.get("args")))

    def task_finish(self, task: str) -> None:
        """Note that a task has ended."""
        self._tasks.pop(task, None)

    def running(self, ns: Namespace) -> PlaceFields | None:
        """Return the place of a graph's only running task; None if there are several or none."""
        there = [at for at in self._tasks.values() if tuple(at["ns"]) == ns]
        return there[0] if len(there) == 1 else None

    def call_of(self, at: PlaceFields) -> str | None:
        """Return the id of the only call that a task is executing, or None."""
        calls = self._of(at["task"])
        return calls[0].id if len(calls) == 1 else None

    def _of(self, task: str | None) -> list[OpenCall]:
        return [call for call in self._open.values() if task and call.at["task"] == task]

    # ---- events of a call -----------------------------------------------------------

    def take(self, ns: Namespace, item: Mapping[str, Any]) -> None:
        """Take an item of the `tools` mode.

        Args:
            ns: Namespace of the graph in which the tool is called.
            item: The item.
        """
        name, call_id = item.get("event"), str(item.get("tool_call_id"))
        if name == "tool-started":
            self._recognise(call_id, item)
        call_id = self._alias.get(call_id, call_id)
        if name == "tool-started":
            known = self._open.get(call_id)
            if known is None or known.reported:
                known = OpenCall(
                    call_id, item.get("tool_name") or None, self._place(ns, call_id), None
                )
                known.input = item.get("input")
                self._start(known)
            known.reported = True
        elif name == "tool-output-delta":
            self._report(ns, call_id, "progress", item.get("delta"))
        elif name == "tool-finished":
            output = item.get("output")
            answer = _answer(output, call_id)
            failed = getattr(answer, "status", None) == "error"
            result = output if answer is None else content_text(answer)
            self._end(ns, call_id, result, failed=failed)
        elif name == "tool-error":
            self._end(ns, call_id, item.get("message"), failed=True)

    def _recognise(self, run_id: str, item: Mapping[str, Any]) -> None:
        """Find the requested call of a tool that was invoked with the arguments alone.

        In the `tools` mode, `tool.invoke(call["args"])` has the id of its own run.
        """
        if run_id in self._requested:
            return
        for call_id, call in self._requested.items():
            same = call.get("name") == item.get("tool_name") and call.get("args") == item.get(
                "input"
            )
            if same and call_id not in self._open and call_id not in self._ended:
                self._alias[run_id] = call_id
                return

    def _place(self, ns: Namespace, call_id: str) -> PlaceFields:
        """Find the task that executes a call: the one with the call in its input, or the only one."""
        sent = [task for task in self._sent.get(call_id, ()) if task in self._tasks]
        found = self._tasks[sent[0]] if len(sent) == 1 else self.running(ns)
        return found if found is not None and tuple(found["ns"]) == ns else place(ns)

    def take_message(self, at: PlaceFields, message: Any) -> None:
        """Take a tool's message, which ends its call if nothing else did.

        Args:
            at: The message's place.
            message: The message.
        """
        call_id = str(message.tool_call_id)
        if call_id in self._ended:
            return
        call = self._open.get(call_id)
        if call is None:
            call = self._open[call_id] = OpenCall(call_id, getattr(message, "name", None), at, None)
        failed = getattr(message, "status", None) == "error"
        self._end((), call_id, content_text(message), failed=failed)

    # ---- graphs that tools run ------------------------------------------------------

    def take_first_state(self, ns: Namespace, state: object) -> None:
        """Take the first state of a graph that a tool may run.

        The namespace of a tool's graph is below the task that executes the tool. If one task
        executes several calls, the one whose input has a text of the graph's first messages is
        the caller.

        Args:
            ns: Namespace of the graph.
            state: Its first values.
        """
        above = [depth for depth, part in enumerate(ns) if ":" in part]
        if not above:
            return
        calls = self._of(ns[above[-1]].rpartition(":")[2])
        if len(calls) > 1:
            texts = [text for text in map(content_text, find_messages(state)) if text]
            calls = [call for call in calls if _holds_text(call.input, texts)]
        fresh = [call for call in calls if not call.entered] or calls
        if not fresh or any(call.input != fresh[0].input for call in fresh):
            return
        call = fresh[0]
        call.entered = True
        self._write(call, "entered", None, child=list(ns))

    # ---- writing --------------------------------------------------------------------

    def _start(self, call: OpenCall) -> None:
        self._open[call.id] = call
        self._ended.discard(call.id)
        self._write(call, "started", payload(call.input, self._redactor))

    def _report(self, ns: Namespace, call_id: str, phase: str, data: Any) -> None:
        call = self._open.get(call_id) or OpenCall(call_id, None, self._place(ns, call_id), None)
        self._write(call, phase, payload(data, self._redactor))

    def _end(self, ns: Namespace, call_id: str, data: Any, *, failed: bool) -> None:
        self._report(ns, call_id, "failed" if failed else "finished", data)
        self._open.pop(call_id, None)
        self._ended.add(call_id)

    def _write(self, call: OpenCall, phase: str, data: Any, **more: Any) -> None:
        self._writer.write(
            "tool", call.at, call_id=call.id, name=call.name, phase=phase, data=data, **more
        )


def _calls(sent: Any) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Find the calls in a task's input: calls that it executes, and calls that it may execute.

    Agents send a ToolNode one call at a time, as `{"tool_call": …}` or `[call]`. In other graphs
    its input is the whole state, as for any node (`prebuilt/tool_node.py`).
    """
    call = sent.get("tool_call") if isinstance(sent, Mapping) else None
    alone = list(_find([call] if call else sent))
    if alone:
        return alone, []
    calls = [getattr(message, "tool_calls", None) for message in find_messages(sent)[-1:]]
    return [], [call for group in calls for call in group or () if call.get("id")]


def _find(sent: Any) -> Iterator[Mapping[str, Any]]:
    """Find the tool calls in arguments, or in lists of them."""
    if isinstance(sent, Mapping):
        if sent.get("type") == "tool_call" and sent.get("id"):
            yield sent
    elif isinstance(sent, (list, tuple)):
        for each in sent:
            yield from _find(each)


def _answer(output: Any, call_id: str) -> Any:
    """Find the tool's message in its output: a message, or a command that writes one."""
    written = getattr(output, "update", output)
    for message in find_messages(written):
        if getattr(message, "tool_call_id", None) == call_id:
            return message
    return None


def _holds_text(value: Any, texts: list[str]) -> bool:
    """Whether a text of a call's input is in one of the texts."""
    values = value.values() if isinstance(value, Mapping) else [value]
    inputs = [text for text in values if isinstance(text, str) and text]
    return any(text in each for text in inputs for each in texts)
