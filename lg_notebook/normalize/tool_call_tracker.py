"""The tool calls of a run: when each began, what it told, how it ended, what it ran.

LangGraph tells most of it by its `tools` mode; where it does not (before 1.2, and from
servers), what tasks are sent and the tools' messages tell the rest.
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


class Call:
    """A tool call that is under way.

    Attributes:
        id: Its id.
        name: Name of the tool, or None.
        at: Where it is executed.
        input: What the tool was given.
        entered: Whether it runs (or ran) a graph.
        told: Whether the `tools` mode told of its start.
    """

    __slots__ = ("at", "entered", "id", "input", "name", "told")

    def __init__(self, call_id: str, name: str | None, at: PlaceFields, value: Any) -> None:
        self.id = call_id
        self.name = name
        self.at = at
        self.input = value
        self.entered = False
        self.told = False


class Calls:
    """Follows the tool calls of a run.

    Args:
        scribe: Writes the events.
        redactor: Masks secrets in them.
    """

    def __init__(self, scribe: EventWriter, redactor: Redactor) -> None:
        self._scribe = scribe
        self._redactor = redactor
        self._open: dict[str, Call] = {}
        self._ended: set[str] = set()
        self._tasks: dict[str, PlaceFields] = {}
        self._sent: dict[str, list[str]] = {}
        self._asked: dict[str, Mapping[str, Any]] = {}
        self._alias: dict[str, str] = {}

    # ---- tasks ----------------------------------------------------------------------

    def task_start(self, at: PlaceFields, sent: Any) -> None:
        """Note a task, and the calls that it is sent."""
        self._tasks[at["task"]] = at
        alone, listed = _calls(sent)
        for call in [*alone, *listed]:
            self._asked.setdefault(str(call["id"]), call)
            self._sent.setdefault(str(call["id"]), []).append(at["task"])
        for call in alone:
            self._start(Call(str(call["id"]), call.get("name"), at, call.get("args")))

    def task_finish(self, task: str) -> None:
        """Note that a task has ended."""
        self._tasks.pop(task, None)

    def running(self, ns: Namespace) -> PlaceFields | None:
        """The only task that is under way in a graph; None if there are more, or none."""
        there = [at for at in self._tasks.values() if tuple(at["ns"]) == ns]
        return there[0] if len(there) == 1 else None

    def during(self, at: PlaceFields) -> str | None:
        """Id of the only call that a task executes just now, or None."""
        calls = self._of(at["task"])
        return calls[0].id if len(calls) == 1 else None

    def _of(self, task: str | None) -> list[Call]:
        return [call for call in self._open.values() if task and call.at["task"] == task]

    # ---- what is told ---------------------------------------------------------------

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
            if known is None or known.told:
                known = Call(call_id, item.get("tool_name") or None, self._place(ns, call_id), None)
                known.input = item.get("input")
                self._start(known)
            known.told = True
        elif name == "tool-output-delta":
            self._tell(ns, call_id, "progress", item.get("delta"))
        elif name == "tool-finished":
            output = item.get("output")
            answer = _answer(output, call_id)
            failed = getattr(answer, "status", None) == "error"
            said = output if answer is None else content_text(answer)
            self._end(ns, call_id, said, failed=failed)
        elif name == "tool-error":
            self._end(ns, call_id, item.get("message"), failed=True)

    def _recognise(self, run_id: str, item: Mapping[str, Any]) -> None:
        """Find the call that a tool answers which was given nothing but its arguments.

        `tool.invoke(call["args"])` goes by the id of its own run.
        """
        if run_id in self._asked:
            return
        for call_id, call in self._asked.items():
            same = call.get("name") == item.get("tool_name") and call.get("args") == item.get(
                "input"
            )
            if same and call_id not in self._open and call_id not in self._ended:
                self._alias[run_id] = call_id
                return

    def _place(self, ns: Namespace, call_id: str) -> PlaceFields:
        """The task that executes a call: the one that was sent it, or the only one there is."""
        sent = [task for task in self._sent.get(call_id, ()) if task in self._tasks]
        found = self._tasks[sent[0]] if len(sent) == 1 else self.running(ns)
        return found if found is not None and tuple(found["ns"]) == ns else place(ns)

    def answered(self, at: PlaceFields, message: Any) -> None:
        """Take a tool's message: it ends the call that it answers, if nothing else did.

        Args:
            at: Where the message comes from.
            message: The message.
        """
        call_id = str(message.tool_call_id)
        if call_id in self._ended:
            return
        call = self._open.get(call_id)
        if call is None:
            call = self._open[call_id] = Call(call_id, getattr(message, "name", None), at, None)
        failed = getattr(message, "status", None) == "error"
        self._end((), call_id, content_text(message), failed=failed)

    # ---- what it runs ---------------------------------------------------------------

    def entered(self, ns: Namespace, state: object) -> None:
        """Take the first state of a graph: perhaps it is a tool that runs it.

        A tool's graph lives below the task that executes the tool. Where one task executes
        several calls at once, the graph's first messages tell which: they hold a text of the
        call's input.

        Args:
            ns: Namespace of the graph.
            state: Its first values.
        """
        above = [depth for depth, part in enumerate(ns) if ":" in part]
        if not above:
            return
        calls = self._of(ns[above[-1]].rpartition(":")[2])
        if len(calls) > 1:
            said = [text for text in map(content_text, find_messages(state)) if text]
            calls = [call for call in calls if _gives(call.input, said)]
        fresh = [call for call in calls if not call.entered] or calls
        if not fresh or any(call.input != fresh[0].input for call in fresh):
            return
        call = fresh[0]
        call.entered = True
        self._write(call, "entered", None, child=list(ns))

    # ---- how ------------------------------------------------------------------------

    def _start(self, call: Call) -> None:
        self._open[call.id] = call
        self._ended.discard(call.id)
        self._write(call, "started", payload(call.input, self._redactor))

    def _tell(self, ns: Namespace, call_id: str, phase: str, data: Any) -> None:
        call = self._open.get(call_id) or Call(call_id, None, self._place(ns, call_id), None)
        self._write(call, phase, payload(data, self._redactor))

    def _end(self, ns: Namespace, call_id: str, data: Any, *, failed: bool) -> None:
        self._tell(ns, call_id, "failed" if failed else "finished", data)
        self._open.pop(call_id, None)
        self._ended.add(call_id)

    def _write(self, call: Call, phase: str, data: Any, **more: Any) -> None:
        self._scribe.write(
            "tool", call.at, call_id=call.id, name=call.name, phase=phase, data=data, **more
        )


def _calls(sent: Any) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The calls in a task's input: those that it is there to execute, and those it may.

    Agents send a ToolNode one call at a time, as `{"tool_call": …}` or `[call]`; in graphs
    of one's own it is given the whole state, as any other node (`prebuilt/tool_node.py`).
    """
    call = sent.get("tool_call") if isinstance(sent, Mapping) else None
    alone = list(_find([call] if call else sent))
    if alone:
        return alone, []
    calls = [getattr(message, "tool_calls", None) for message in find_messages(sent)[-1:]]
    return [], [call for group in calls for call in group or () if call.get("id")]


def _find(sent: Any) -> Iterator[Mapping[str, Any]]:
    """The tool calls in (lists of) arguments."""
    if isinstance(sent, Mapping):
        if sent.get("type") == "tool_call" and sent.get("id"):
            yield sent
    elif isinstance(sent, (list, tuple)):
        for each in sent:
            yield from _find(each)


def _answer(output: Any, call_id: str) -> Any:
    """The tool's message in what it returned (a message, or a command that writes one)."""
    written = getattr(output, "update", output)
    for message in find_messages(written):
        if getattr(message, "tool_call_id", None) == call_id:
            return message
    return None


def _gives(value: Any, said: list[str]) -> bool:
    """Whether a call's input holds a text that was said (or part of what was)."""
    texts = value.values() if isinstance(value, Mapping) else [value]
    given = [text for text in texts if isinstance(text, str) and text]
    return any(text in each for text in given for each in said)
