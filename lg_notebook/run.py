"""A run: the pure fold of its events, and what is left of it in the namespace."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lg_notebook.message import Block, Message, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lg_notebook.events import (
        AnyEvent,
        Custom,
        Delta,
        Interrupt,
        MessageFinish,
        MessageStart,
        Payload,
        RunEnd,
        RunError,
        RunStart,
        Status,
        TaskFinish,
        TaskStart,
        Tool,
        Update,
        Usage,
    )


@dataclass(slots=True, eq=False)
class Task:
    """One execution of a node.

    Attributes:
        id: LangGraph's task id.
        node: Name of the node.
        namespace: Namespace of its graph; empty for the root graph.
        step: LangGraph's superstep, or None where it is not told.
        triggers: The channels that set it off.
        attempt: 1, or higher when the task was executed again.
        started: Nanoseconds since the run began.
        finished: Nanoseconds since the run began, or None if it did not finish.
        error: What it raised, or None.
        result: What it wrote, cut to a byte budget.
        interrupts: Ids of the interrupts that it raised.
    """

    id: str | None
    node: str | None
    namespace: tuple[str, ...]
    step: int | None
    triggers: list[str]
    attempt: int
    started: int
    finished: int | None = None
    error: RunError | None = None
    result: Payload = None
    interrupts: list[str] = field(default_factory=list)

    def snapshot(self) -> dict[str, Any]:
        """The task as plain data."""
        row = {name: getattr(self, name) for name in self.__slots__ if name != "namespace"}
        return {**row, "ns": list(self.namespace)}


class Run:
    """What a run of a graph left behind: messages, tasks, state, and every event.

    `Run.from_events` folds any iterable of events, live or recorded. While a run goes
    on, its `Run` grows; reading it at any time is safe.

    Attributes:
        status: `running`, `done`, `stopped`, `interrupted` or `error`.
        graph: Name of the graph, or None before the run has begun.
        messages: The messages in order of appearance, each of them once.
        tasks: One entry per execution of a node, in order.
        error: What ended the run with status `error`, as text; else None.
        exception: The exception itself, if the run happened in this process.
        duration: Nanoseconds from start to end, or None while running.

    Example:
        >>> from lg_notebook import stream
        >>> run = Run.from_events(stream(graph, {"topic": "ice cream"}))
        >>> run.status, run.text(node="call_model")
        ('done', 'Why did the ice cream …')
    """

    def __init__(self) -> None:
        self.status: Status = "running"
        self.graph: str | None = None
        self.messages: list[Message] = []
        self.tasks: list[Task] = []
        self.error: RunError | None = None
        self.exception: BaseException | None = None
        self.duration: int | None = None
        self._start: RunStart | None = None
        self._end: RunEnd | None = None
        self._by_key: dict[int, Message] = {}
        self._by_task: dict[str | None, Task] = {}
        self._tools: dict[str, dict[str, Any]] = {}
        self._customs: list[Custom] = []
        self._updates: list[Update] = []
        self._interrupts: list[Interrupt] = []
        # The log, in columns: a delta is the number of its block and its place there (the
        # text, the time and the seq are the block's); anything else is ~index into _rest.
        self._refs = array("i")
        self._rest: list[AnyEvent] = []
        self._blocks: list[Block] = []
        self._numbers: dict[tuple[int, int], int] = {}
        self._seen = -1
        self._objects: dict[int, Any] = {}
        self._state: Any = None
        self._has_state = False

    # ---- the fold -------------------------------------------------------------------

    @classmethod
    def from_events(cls, events: Iterable[AnyEvent]) -> Run:
        """Fold events into a run.

        Args:
            events: Events in order. An event whose `seq` was seen already is dropped; gaps
                (a filtered stream) are closed up.

        Returns:
            The run; with status `running` if no `run-end` came.
        """
        run = cls()
        for event in events:
            run.apply(event)
        return run

    def apply(self, event: AnyEvent) -> None:
        """Take in the next event.

        Args:
            event: An event; dropped if its `seq` is not above the last one's.
        """
        seq = event["seq"]
        if seq <= self._seen:
            return
        self._seen = seq
        if event["type"] == "delta":
            self._delta(event)
            return
        fold = self._FOLDS.get(event["type"])
        if fold is not None:
            fold(self, event)
        self._keep(event)

    def _keep(self, event: AnyEvent) -> None:
        # The reference is appended last: whoever reads len(_refs) finds all behind it.
        self._rest.append(event)
        self._refs.append(~(len(self._rest) - 1))

    def _delta(self, event: Delta) -> None:
        key = (event["message"], event["block"])
        number = self._numbers.get(key)
        if number is None:
            message = self._by_key.get(key[0])
            if message is None:
                self._keep(event)
                return
            block = Block(message, event["block"], event["kind"])
            message.blocks.append(block)
            number = self._numbers[key] = len(self._blocks)
            self._blocks.append(block)
        else:
            block = self._blocks[number]
        block.pieces.append(event["text"])
        block.times.append(event["t"])
        block.seqs.append(len(self._refs))
        if len(event) > _PLAIN_DELTA:
            block.call_id = event.get("call_id") or block.call_id
            block.name = event.get("name") or block.name
            if "data" in event:
                block.data.append(event["data"])
            self._keep(event)
        else:
            self._refs.append(number)

    def _run_start(self, event: RunStart) -> None:
        self._start = event
        self.graph = event["graph"]

    def _run_end(self, event: RunEnd) -> None:
        self._end = event
        self.error = event["error"]
        self.duration = event["duration"]
        self.status = event["status"]

    def _task_start(self, event: TaskStart) -> None:
        task = Task(
            id=event["task"],
            node=event["node"],
            namespace=tuple(event["ns"]),
            step=event["step"],
            triggers=event["triggers"],
            attempt=event["attempt"],
            started=event["t"],
        )
        self.tasks.append(task)
        self._by_task[task.id] = task

    def _task_finish(self, event: TaskFinish) -> None:
        task = self._by_task.get(event["task"])
        if task is not None:
            task.finished = event["t"]
            task.error = event["error"]
            task.result = event["result"]
            task.interrupts = event["interrupts"]

    def _message_start(self, event: MessageStart) -> None:
        if event["origin"] == "resent":
            original = self._by_key.get(-1 if event["of"] is None else event["of"])
            if original is not None:
                place = Place(tuple(event["ns"]), event["task"], event["node"])
                original.resent.append(place)
            return
        message = Message.start(event)
        self._by_key[message.key] = message
        self.messages.append(message)
        task = self._by_task.get(event["task"])
        if task is not None and task.step is None:
            task.step = event["step"]

    def _message_finish(self, event: MessageFinish) -> None:
        message = self._by_key.get(event["message"])
        if message is not None:
            message.done = True
            message.usage = event["usage"] or message.usage
            message.finish_reason = event["finish_reason"] or message.finish_reason
            if event["revised"]:
                message.final = event["text"]

    def _tool(self, event: Tool) -> None:
        tool = self._tools.setdefault(
            event["call_id"],
            {"call_id": event["call_id"], "name": None, "started": None, "finished": None},
        )
        tool.update(
            name=event["name"] or tool["name"],
            phase=event["phase"],
            data=event["data"],
            ns=event["ns"],
            task=event["task"],
            node=event["node"],
        )
        if event["phase"] == "started":
            tool["started"] = event["t"]
        elif event["phase"] != "progress":
            tool["finished"] = event["t"]

    def _custom(self, event: Custom) -> None:
        self._customs.append(event)

    def _update(self, event: Update) -> None:
        self._updates.append(event)

    def _interrupt(self, event: Interrupt) -> None:
        self._interrupts.append(event)

    _FOLDS: Any = {
        "run-start": _run_start,
        "run-end": _run_end,
        "task-start": _task_start,
        "task-finish": _task_finish,
        "message-start": _message_start,
        "message-finish": _message_finish,
        "tool": _tool,
        "custom": _custom,
        "update": _update,
        "interrupt": _interrupt,
    }

    # ---- what it holds --------------------------------------------------------------

    def __len__(self) -> int:
        """The number of events so far."""
        return len(self._refs)

    def __bool__(self) -> bool:
        return True

    @property
    def events(self) -> list[AnyEvent]:
        """Every event, in order, numbered densely from 0."""
        return list(self.log(0))

    def log(self, first: int = 0, last: int | None = None) -> Iterator[AnyEvent]:
        """Iterate over a stretch of the log.

        Args:
            first: `seq` of the first event.
            last: `seq` after the last one; all that there are by default.
        """
        cursors: dict[int, int] = {}
        for seq in range(first, len(self._refs) if last is None else last):
            ref = self._refs[seq]
            if ref < 0:
                yield {**self._rest[~ref], "seq": seq}
                continue
            block = self._blocks[ref]
            at = cursors.get(ref)
            if at is None or block.seqs[at] != seq:
                at = bisect_left(block.seqs, seq)
            cursors[ref] = min(at + 1, len(block.seqs) - 1)
            message = block.message
            yield {
                "type": "delta",
                "seq": seq,
                "t": block.times[at],
                "ns": list(message.namespace),
                "task": message.task,
                "node": message.node,
                "step": message.step,
                "message": message.key,
                "block": block.index,
                "kind": block.kind,
                "text": block.pieces[at],
            }

    def text(self, node: str | None = None, tag: str | None = None) -> str:
        """The text that the models wrote.

        Args:
            node: Only from this node.
            tag: Only from model calls with this tag.

        Returns:
            The texts of the matching `ai` messages, in order, an empty line between two.
        """
        texts = [
            message.text
            for message in self.messages
            if message.role == "ai"
            and message.origin != "input"
            and (node is None or message.node == node)
            and (tag is None or tag in message.tags)
        ]
        return "\n\n".join(text for text in texts if text)

    @property
    def input(self) -> Payload:
        """The input as it was recorded (cut and masked), or None."""
        return None if self._start is None else self._start["input"]

    @property
    def state(self) -> Any:  # noqa: ANN401 - the user's own state
        """The graph's final values: the objects themselves in the process that ran the
        graph, else as they were recorded (cut and masked); None if it gave none."""
        if self._has_state:
            return self._state
        return None if self._end is None else self._end["state"]

    @property
    def custom(self) -> list[Any]:
        """What nodes and tools wrote to their stream writer: the objects themselves in the
        process that ran the graph, else as they were recorded."""
        return [self._objects.get(e["seq"], e["data"]) for e in self._customs]

    @property
    def updates(self) -> list[Any]:
        """What nodes wrote into the state, as `custom` has it."""
        return [self._objects.get(e["seq"], e["data"]) for e in self._updates]

    @property
    def interrupts(self) -> list[Any]:
        """What the graph asks, one value per interrupt: LangGraph's `Interrupt` objects in
        the process that ran the graph, else events of type `interrupt`."""
        return [self._objects.get(e["seq"], e) for e in self._interrupts]

    @property
    def usage(self) -> Usage | None:
        """The token counts of all messages, summed; None where no provider gave any."""
        counts = [m.usage for m in self.messages if m.usage is not None]
        if not counts:
            return None
        return {
            "input_tokens": sum(c["input_tokens"] for c in counts),
            "output_tokens": sum(c["output_tokens"] for c in counts),
            "total_tokens": sum(c["total_tokens"] for c in counts),
        }

    def attach(self, seq: int, value: object) -> None:
        """Keep the whole object that an event's payload summarises."""
        self._objects[seq] = value

    def attach_state(self, state: object) -> None:
        """Keep the graph's values as they are."""
        self._state, self._has_state = state, True

    def snapshot(self) -> dict[str, Any]:
        """The state of the run as plain data, the same as the front end's."""
        start, end = self._start, self._end
        places = ("t", "ns", "task", "node", "step")
        return {
            "seq": len(self),
            "graph": self.graph,
            "status": self.status,
            "input": self.input,
            "started_at": None if start is None else start["started_at"],
            "error": self.error,
            "duration": self.duration,
            "state": None if end is None else end["state"],
            "messages": [message.snapshot() for message in self.messages],
            "tasks": [task.snapshot() for task in self.tasks],
            "tools": [dict(tool) for tool in self._tools.values()],
            "custom": [{k: e[k] for k in (*places, "data")} for e in self._customs],  # type: ignore[literal-required]
            "updates": [{k: e[k] for k in (*places, "data")} for e in self._updates],  # type: ignore[literal-required]
            "interrupts": [{k: e[k] for k in (*places, "id", "value")} for e in self._interrupts],  # type: ignore[literal-required]
            "usage": self.usage,
        }

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from lg_notebook.display import bundle  # noqa: PLC0415 - only where something shows it

        return bundle(self)

    def __repr__(self) -> str:
        return f"<Run of {self.graph}: {self.status}, {len(self.messages)} messages>"


_PLAIN_DELTA = 11
"""Number of keys of a delta that carries nothing but text."""
