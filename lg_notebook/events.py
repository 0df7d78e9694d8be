"""The event vocabulary: all facts of a run, as plain JSON-ready data.

A run is a log of these events. The fold (`lg_notebook.model`, and `js/src/model` in
TypeScript) turns a log into the state of a run. Recordings, the wire and the saved
notebook have the same log. The names follow langchain-protocol.

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
"""The status of a run. `interrupted` waits for an answer; the last four are final."""

Origin: TypeAlias = Literal["streamed", "returned", "input", "resent"]
"""The way a message arrived. `streamed`: token by token from a model. `returned`: whole, from a
node's return value or a model that does not stream. `input`: as the graph's input. `resent`:
again, from another place (`of` names the message that it repeats)."""

KnownKind: TypeAlias = Literal[
    "text", "reasoning", "tool_call", "image", "audio", "file", "refusal", "server_tool_call",
    "server_tool_result", "data", "other",
]  # fmt: skip
"""The kinds of blocks that have a meaning here. `data` is a block without a type. Recordings of
older versions have `other` for every block of an unknown type."""

Kind: TypeAlias = KnownKind | str
"""The kind of a block of a message: a known one, or the provider's own name for its type."""

Payload: TypeAlias = Any
"""A JSON value: null, bool, number, string, list or object with string keys."""


class Event(TypedDict):
    """The fields of every event.

    Attributes:
        seq: Position in the run's log, dense from 0. It alone defines the order.
        t: Nanoseconds since the run began, when this process received the event.
        ns: Namespace of the event's graph: one `node:task-id` segment per enclosing
            subgraph, outermost first; empty for the root graph.
        task: Id of the task (one execution of a node), or null outside of any.
        node: Name of the node, or null outside of any.
        step: LangGraph's superstep number, or null if LangGraph does not send it.
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
        file: `cell In[3]` in a notebook; else the file's path if it is below the working
            directory, or its bare name.
        line: The line's number, from 1.
        function: Name of the function, `<module>` outside of any.
        text: The line, without its indentation; null if it cannot be read.
    """

    file: str
    line: int
    function: str
    text: str | None


class RunError(TypedDict):
    """An exception, as text.

    Attributes:
        type: Name of the exception's class.
        message: The exception's message.
        traceback: The formatted traceback, or null if there is none.
        source: The innermost line of the user's own code in the traceback, not of a library.
            Null if there is none or it is not known.
    """

    type: str
    message: str
    traceback: str | None
    source: NotRequired[Source | None]


class Usage(TypedDict):
    """The numbers of tokens that the provider counted (LangChain's `UsageMetadata`)."""

    input_tokens: int
    output_tokens: int
    total_tokens: int


class TopologyNode(TypedDict):
    """A node of a graph, to draw.

    Attributes:
        id: The names of the enclosing nodes and its own, joined by `|`: `team|write` is `write`
            in the subgraph that the node `team` runs. Namespaces without task ids are the same.
        label: Its name.
        kind: The start of a graph, its end, a node, or a node that runs a subgraph.
        parent: Id of the node that runs its subgraph; null in the root graph.
    """

    id: str
    label: str
    kind: Literal["start", "end", "node", "subgraph"]
    parent: str | None


class TopologyEdge(TypedDict):
    """An edge from one node to another of the same graph.

    Attributes:
        source: Id of the node at which it starts.
        target: Id of the node at which it ends.
        conditional: Whether a conditional edge function decides about it.
        label: The function's value that chooses it, or null.
    """

    source: str
    target: str
    conditional: bool
    label: str | None


class Topology(TypedDict):
    """A graph's nodes and edges, to draw. They are known before the run.

    Attributes:
        nodes: Its nodes; those of a subgraph follow the node that runs it.
        edges: Its edges.
        omitted: The number of nodes that were left out because there are too many.
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
        topology: The graph's topology; null if it is not known, or not yet (a remote graph; see
            `Drawing`). Recordings of older versions lack it.
        masked: False if secrets were not masked (`settings.mask`); absent otherwise.
    """

    type: Literal["run-start"]
    graph: str
    input: Payload
    started_at: float
    topology: NotRequired[Topology | None]
    masked: NotRequired[bool]


class Drawing(Event):
    """The graph's topology, sent late because it came from a server.

    Attributes:
        topology: The graph's topology.
    """

    type: Literal["drawing"]
    topology: Topology


class RunEnd(Event):
    """The run is over. This is always the last event.

    Attributes:
        status: Any status but `running`.
        error: The exception that ended the run, with status `error`; null otherwise.
        duration: Nanoseconds from start to end.
        state: The graph's final values, or null if it has none.
        left: Names of the nodes that ignored their cancellation and were abandoned; absent if
            there are none.
        diagnosis: Why tokens are missing, and what to do: one line per cause, the most
            important first. Absent if nothing is wrong.
    """

    type: Literal["run-end"]
    status: Status
    error: RunError | None
    duration: int
    state: Payload
    left: NotRequired[list[str]]
    diagnosis: NotRequired[list[str]]


class TaskStart(Event):
    """A task begins. Its id is `task`, the name of its node `node`.

    Attributes:
        triggers: The channels that triggered it.
        attempt: 1 for the first execution under this id, 2 for its first repetition, …
    """

    type: Literal["task-start"]
    triggers: list[str]
    attempt: int


class TaskFinish(Event):
    """A task has ended, failed, or stopped at an interrupt.

    Attributes:
        error: The exception that it raised, or null.
        result: Its writes.
        interrupts: Ids of the interrupts that it raised.
    """

    type: Literal["task-finish"]
    error: RunError | None
    result: Payload
    interrupts: list[str]


class MessageStart(Event):
    """A message begins; its pieces follow as `delta` events.

    Attributes:
        message: The message's key within this run, dense from 0. Other events refer to
            it by this key, because LangChain's ids change and repeat.
        id: LangChain's first id of the message; null if it has none.
        role: LangChain's message type: `ai`, `human`, `tool`, `system`, …
        name: Name of the author (an agent, a tool), or null.
        origin: The way the message arrived.
        of: With origin `resent`, the key of the message that is repeated; then no
            deltas follow. Null otherwise.
        tool_call_id: For a tool's message, the id of the call whose result it is.
        metadata: LangGraph's metadata of the model call or node.
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
    """A piece of a message: one token, as the model streamed it.

    Attributes:
        message: Key of the message.
        block: Index of the block within the message, dense from 0.
        kind: The kind of the block.
        text: The piece: text, reasoning, or a part of a tool call's JSON arguments;
            empty for media.
        call_id: First piece of a tool call only: the call's id.
        name: First piece of a tool call only: the tool's name.
        data: What the block has besides its text, cut to its byte budget: the medium, the
            citations of a text, the fields of any other block.
    """

    type: Literal["delta"]
    message: int
    block: int
    kind: Kind
    text: str
    call_id: NotRequired[str | None]
    name: NotRequired[str | None]
    data: NotRequired[Payload]


class FinalBlock(TypedDict):
    """A block of a message's final form, with the fields of its deltas joined.

    Attributes:
        kind: The kind of the block.
        text: Its whole text.
        call_id: A tool call's id.
        name: A tool's name.
        data: What the block has besides its text.
    """

    kind: Kind
    text: str
    call_id: NotRequired[str | None]
    name: NotRequired[str | None]
    data: NotRequired[Payload]


class MessageFinish(Event):
    """A message is complete, or its final form differs from its tokens.

    Attributes:
        message: Key of the message.
        usage: The provider's token counts, or null if it sent none.
        finish_reason: The provider's reason for the message's end, or null.
        revised: Whether the node's final message differs from its tokens.
        text: The final text, if it was revised; null otherwise.
        blocks: The final blocks, if others than the text were revised; absent otherwise.
        id: The message's id in the state, if it had none before; absent otherwise.
    """

    type: Literal["message-finish"]
    message: int
    usage: Usage | None
    finish_reason: str | None
    revised: bool
    text: str | None
    blocks: NotRequired[list[FinalBlock]]
    id: NotRequired[str]


class Tool(Event):
    """A tool call starts, reports progress, or ends. Its `task` executes it, if that is known.

    Attributes:
        call_id: Id of the call that the model requested.
        name: Name of the tool, or null if it is not known.
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
    """A custom payload, which a node or tool wrote with `get_stream_writer()`.

    Attributes:
        data: The payload.
        call_id: Id of the tool call during which it was written. Absent outside of any call,
            and if several calls are running.
    """

    type: Literal["custom"]
    data: Payload
    call_id: NotRequired[str]


class Values(Event):
    """The changes of the state of the graph `ns` by a superstep.

    The first such event of a graph has the whole state at its start. A state without channels
    (of the functional API) is one channel, `__root__`.

    Attributes:
        set: Channels that are new or have another value.
        append: Items added to the end of channels that are lists.
        removed: Channels that are gone.
    """

    type: Literal["values"]
    set: dict[str, Payload]
    append: dict[str, list[Payload]]
    removed: list[str]


class Checkpoint(Event):
    """The graph `ns` has saved its state. Only with the stream mode `checkpoints`.

    Its `step` is the checkpoint's: -1 for the input, 0 for the first state, and so on. The
    saved state is the sum of the graph's `values` events so far, unless `state` is set.

    Attributes:
        id: The checkpoint's id, to run the graph from it (`checkpoint_id` in a config).
        parent: Id of the checkpoint before it, or null.
        source: LangGraph's name of its origin: `input`, `loop`, `update` or `fork`.
        next: Names of the nodes that run next.
        thread: Id of the thread that it is saved in. Recordings of older versions lack it.
        state: The saved state if it differs from the `values` events so far, such as before the
            input is in the state.
    """

    type: Literal["checkpoint"]
    id: str
    parent: str | None
    source: str | None
    next: list[str]
    thread: NotRequired[str | None]
    state: NotRequired[dict[str, Payload]]


class Update(Event):
    """An update: the writes of a node into the graph's state."""

    type: Literal["update"]
    data: Payload


class Interrupt(Event):
    """The graph waits for an answer.

    Attributes:
        id: The interrupt's id, for the answer; null in versions of LangGraph without ids.
        value: The question.
    """

    type: Literal["interrupt"]
    id: str | None
    value: Payload


class Unreadable(Event):
    """Something that could not be read, and so is missing from the log. The graph ran on.

    Attributes:
        what: What could not be read, as the beginning of a sentence, such as
            `The update of node search`.
        reason: Name of the exception's class that reading it raised.
    """

    type: Literal["unreadable"]
    what: str
    reason: str


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
    | Unreadable
)
"""Any event; `event["type"]` is its type."""

FINAL: frozenset[Status] = frozenset({"done", "stopped", "interrupted", "error"})
"""The statuses that a run ends with."""
