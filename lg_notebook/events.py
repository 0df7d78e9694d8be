"""The event vocabulary: everything that a run says, as plain JSON-ready data.

A run is a log of these events. The fold (`lg_notebook.run`, and its twin in
TypeScript) turns a log into the state of a run; recordings, the wire and the
saved notebook carry the same log. The names follow langchain-protocol.

The TypeScript types in `js/src/protocol/events.gen.ts` are generated from this module by
`js/events.py`; the check fails when they differ.

Times are integer nanoseconds since the run began (`t`, `duration`); `started_at` is
seconds since the Unix epoch. Payloads (`input`, `data`, `result`, …) are JSON values,
cut to a byte budget and masked (see `lg_notebook.privacy.payload` and `lg_notebook.privacy.redactor`).
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

from typing_extensions import NotRequired

Status: TypeAlias = Literal["running", "done", "stopped", "interrupted", "error"]
"""Where a run stands. `interrupted` waits for an answer; the last four are final."""

Origin: TypeAlias = Literal["streamed", "returned", "input", "resent"]
"""How a message came to be seen: token by token from a model; whole, from a node's
return value or a model that does not stream; as the graph's input; or once more, from
another place (then `of` names the message that it repeats)."""

Kind: TypeAlias = Literal["text", "reasoning", "tool_call", "image", "audio", "file", "other"]
"""What a block of a message holds."""

Payload: TypeAlias = Any
"""A JSON value: null, bool, number, string, list or object with string keys."""


class Event(TypedDict):
    """What every event carries.

    Attributes:
        seq: Position in the run's log, dense from 0. The only order there is.
        t: Nanoseconds since the run began, as this process saw the event.
        ns: Namespace of the graph that it happened in: one `node:task-id` segment per
            enclosing subgraph, outermost first; empty for the root graph.
        task: Id of the task (one execution of a node), or null outside of any.
        node: Name of the node, or null outside of any.
        step: LangGraph's superstep number, or null where LangGraph does not tell it.
    """

    seq: int
    t: int
    ns: list[str]
    task: str | None
    node: str | None
    step: int | None


class Source(TypedDict):
    """A line of the user's own code.

    Attributes:
        file: `cell In[3]` in a notebook; else the file, from the working directory where it
            lies below it, else its bare name.
        line: The line's number, from 1.
        function: Name of the function, `<module>` outside of any.
        text: The line, without its indentation; null where it cannot be read.
    """

    file: str
    line: int
    function: str
    text: str | None


class RunError(TypedDict):
    """An exception, as text.

    Attributes:
        type: Name of the exception's class.
        message: The exception's own words.
        traceback: The formatted traceback, or null where there is none.
        source: Where in the user's own code it came from: the innermost line that is in no
            library. Null where there is none, or it is not known.
    """

    type: str
    message: str
    traceback: str | None
    source: NotRequired[Source | None]


class Usage(TypedDict):
    """Tokens as the provider counts them (LangChain's `UsageMetadata`)."""

    input_tokens: int
    output_tokens: int
    total_tokens: int


class TopologyNode(TypedDict):
    """A node of a graph, as it is drawn.

    Attributes:
        id: The names that lead to it, joined by `|`: `team|write` is `write` in the subgraph
            that the node `team` runs. Namespaces without their task ids read the same.
        label: Its name.
        kind: Where a graph begins, where it ends, a node, or a node that runs a subgraph.
        parent: Id of the subgraph's node that it belongs to; null in the root graph.
    """

    id: str
    label: str
    kind: Literal["start", "end", "node", "subgraph"]
    parent: str | None


class TopologyEdge(TypedDict):
    """A way from one node to another of the same graph.

    Attributes:
        source: Id of the node that it leaves.
        target: Id of the node that it leads to.
        conditional: Whether it is taken only sometimes.
        label: The name of the choice that takes it, or null.
    """

    source: str
    target: str
    conditional: bool
    label: str | None


class Topology(TypedDict):
    """A graph as it is drawn, known before anything runs.

    Attributes:
        nodes: Its nodes, those of subgraphs after the node that they belong to.
        edges: Its edges.
        omitted: The number of nodes that were left out, as it has too many.
    """

    nodes: list[TopologyNode]
    edges: list[TopologyEdge]
    omitted: int


class RunStart(Event):
    """The run begins.

    Attributes:
        graph: Name of the graph.
        input: The graph's input, or the answer to an interrupt.
        started_at: Wall-clock time, in seconds since the Unix epoch.
        topology: The graph as it is drawn; null where that is not known, or not yet (a remote
            graph; see `Drawing`). Recordings of older versions lack it.
    """

    type: Literal["run-start"]
    graph: str
    input: Payload
    started_at: float
    topology: NotRequired[Topology | None]


class Drawing(Event):
    """What the graph looks like, where that is known only now: a server has told it.

    Attributes:
        topology: The graph as it is drawn.
    """

    type: Literal["drawing"]
    topology: Topology


class RunEnd(Event):
    """The run is over. Always the last event.

    Attributes:
        status: Never `running`.
        error: What ended the run, with status `error`; null otherwise.
        duration: Nanoseconds from start to end.
        state: The graph's final values, or null where it gave none.
        left: Names of the nodes that did not end when they were cancelled, and were left to
            themselves; absent where there are none.
        diagnosis: Why tokens are missing: cause and repair, one line per cause, the most
            important first. Absent where nothing is wrong.
    """

    type: Literal["run-end"]
    status: Status
    error: RunError | None
    duration: int
    state: Payload
    left: NotRequired[list[str]]
    diagnosis: NotRequired[list[str]]


class TaskStart(Event):
    """A node begins to execute. Its id is `task`, its name `node`.

    Attributes:
        triggers: The channels that set it off.
        attempt: 1 for the first execution under this id, 2 for its first repetition, …
    """

    type: Literal["task-start"]
    triggers: list[str]
    attempt: int


class TaskFinish(Event):
    """A node has executed, or failed, or stopped at an interrupt.

    Attributes:
        error: The exception that it raised, or null.
        result: What it wrote.
        interrupts: Ids of the interrupts that it raised.
    """

    type: Literal["task-finish"]
    error: RunError | None
    result: Payload
    interrupts: list[str]


class MessageStart(Event):
    """A message appears; its pieces follow as `delta` events.

    Attributes:
        message: The message's key within this run, dense from 0. Other events refer to
            it by this key, since LangChain's ids change and repeat.
        id: LangChain's message id, as first seen; null where it has none.
        role: LangChain's message type: `ai`, `human`, `tool`, `system`, …
        name: Name of the author (an agent, a tool), or null.
        origin: How the message came to be seen.
        of: With origin `resent`, the key of the message that is repeated; then no
            deltas follow. Null otherwise.
        tool_call_id: For a tool's message, the id of the call that it answers.
        metadata: LangGraph's metadata of the model call or node, whole, once.
    """

    type: Literal["message-start"]
    message: int
    id: str | None
    role: str
    name: str | None
    origin: Origin
    of: int | None
    tool_call_id: str | None
    metadata: dict[str, Payload]


class Delta(Event):
    """A piece of a message: one token, as the model gave it.

    Attributes:
        message: Key of the message.
        block: Index of the block within the message, dense from 0.
        kind: What the block holds.
        text: The piece: text, reasoning, or a part of a tool call's JSON arguments;
            empty for media.
        call_id: First piece of a tool call only: the call's id.
        name: First piece of a tool call only: the tool's name.
        data: Media and other blocks only: the block, cut to its byte budget.
    """

    type: Literal["delta"]
    message: int
    block: int
    kind: Kind
    text: str
    call_id: NotRequired[str | None]
    name: NotRequired[str | None]
    data: NotRequired[Payload]


class MessageFinish(Event):
    """A message is complete, or its final form turned out to be another one.

    Attributes:
        message: Key of the message.
        usage: What the provider counted, or null where it did not say.
        finish_reason: The provider's word for why it ended, or null.
        revised: True if the node's final message says something else than its tokens.
        text: The final text, if it was revised; null otherwise.
    """

    type: Literal["message-finish"]
    message: int
    usage: Usage | None
    finish_reason: str | None
    revised: bool
    text: str | None


class Tool(Event):
    """A tool call's fate. Its `task` executes it, where that can be told.

    Attributes:
        call_id: Id of the call that the model asked for.
        name: Name of the tool, or null where it is not told.
        phase: What happened. `entered`: the tool runs a graph, in the namespace `child`.
        data: Input, progress, result or error, by the phase; null for `entered`.
        child: With phase `entered`, the namespace that the tool's graph runs in.
    """

    type: Literal["tool"]
    call_id: str
    name: str | None
    phase: Literal["started", "progress", "entered", "finished", "failed"]
    data: Payload
    child: NotRequired[list[str]]


class Custom(Event):
    """Something that a node or tool wrote to its stream writer.

    Attributes:
        data: What it wrote.
        call_id: Id of the tool call during which it was written; absent outside of any, and
            where several are under way at once.
    """

    type: Literal["custom"]
    data: Payload
    call_id: NotRequired[str]


class Values(Event):
    """What has changed in the state of the graph `ns` after a superstep.

    The first one of a graph has all that the graph began with. A state without channels (of
    the functional API) is one channel, `__root__`.

    Attributes:
        set: Channels that are new or have another value.
        append: What was added to the end of channels that are lists.
        removed: Channels that are gone.
    """

    type: Literal["values"]
    set: dict[str, Payload]
    append: dict[str, list[Payload]]
    removed: list[str]


class Checkpoint(Event):
    """The graph `ns` has saved its state. Only where the mode `checkpoints` was asked for.

    Its `step` is the checkpoint's: -1 for the input, 0 for the first state, and so on. The
    state is what the `values` before it amount to, unless it says otherwise itself.

    Attributes:
        id: The checkpoint's id, to go on from there (`checkpoint_id` in a config).
        parent: Id of the checkpoint before it, or null.
        source: LangGraph's word for what made it: `input`, `loop`, `update` or `fork`.
        next: Names of the nodes that run next.
        thread: Id of the thread that it is saved in. Recordings of older versions lack it.
        state: What was saved, where the `values` so far do not tell: before the input is in
            the state, for one.
    """

    type: Literal["checkpoint"]
    id: str
    parent: str | None
    source: str | None
    next: list[str]
    thread: NotRequired[str | None]
    state: NotRequired[dict[str, Payload]]


class Update(Event):
    """What a node wrote into the graph's state."""

    type: Literal["update"]
    data: Payload


class Interrupt(Event):
    """The graph waits for an answer.

    Attributes:
        id: The interrupt's id, to answer it by; null in versions that give none.
        value: What it asks.
    """

    type: Literal["interrupt"]
    id: str | None
    value: Payload


AnyEvent: TypeAlias = (
    RunStart
    | Drawing
    | RunEnd
    | TaskStart
    | TaskFinish
    | MessageStart
    | Delta
    | MessageFinish
    | Tool
    | Custom
    | Values
    | Checkpoint
    | Update
    | Interrupt
)
"""Any event; `event["type"]` tells which."""

FINAL: frozenset[Status] = frozenset({"done", "stopped", "interrupted", "error"})
"""The statuses that a run ends with."""
