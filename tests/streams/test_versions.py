"""The versions of LangGraph's stream: the same run, whichever it is read in."""

import asyncio
import contextlib
from collections import Counter

import pytest
from langchain_core.messages import AIMessageChunk
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook import GraphWidget, Run, astream, awatch, stream, watch
from lg_notebook.streams import versions
from lg_notebook.streams.versions.stream_version import StreamVersion
from tests.graphs.case import langgraph_version
from tests.graphs.model import Scripted, say
from tests.graphs.real import REAL
from tests.graphs.zoo import HELLO, THREAD, TOPIC, ZOO, ajoke, joke
from tests.shells import shell
from tests.slow import Slow, eventually

parts = pytest.mark.skipif(langgraph_version() < (1, 1), reason="langgraph 1.1 brought v2")
events = pytest.mark.skipif(langgraph_version() < (1, 2), reason="langgraph 1.2 brought v3")
VERSIONS = [pytest.param("v2", marks=parts), pytest.param("v3", marks=events)]

GRAPHS = {**ZOO, **REAL}
NOT_CARRIED = {"thinking", "sub_agent"}
"""Where `v3` itself says something else: blocks that langchain-core has no name for come once and
whole, and a model's content is a list there, of which `sub_agent`'s tool makes a text."""


def built(name):
    build, value = GRAPHS[name]
    try:
        return build(), value
    except ImportError as error:
        pytest.skip(f"{error.name} is not installed, or too old")


def folded(source):
    seen = []
    with contextlib.suppress(ValueError):
        seen.extend(source)
    return Run.from_events(seen)


async def afolded(source):
    seen = []
    with contextlib.suppress(ValueError):
        async for event in source:
            seen.append(event)  # noqa: PERF401 - events before an error count
    return Run.from_events(seen)


def numbers(tool):
    """A tool's own progress; what it writes is ascribed to it only while no other runs."""
    return [each for each in tool["progress"] if isinstance(each, int)]


def told(run):
    """What a run says, but for ids, times, and the order of what happens at the same time."""
    snapshot = run.snapshot()
    messages = Counter(
        repr(
            (
                m.role, m.name, m.node, len(m.namespace), m.origin, m.text, m.reasoning, m.usage,
                m.finish_reason, m.revised, m.agent, sorted(m.tags), m.step if m.role == "ai" else 0,
                [token.text for token in m.tokens] if not m.tool_calls else 0,
                [(call.name, call.args) for call in m.tool_calls],
            )
        )
        for m in run.messages
    )  # fmt: skip
    return {
        "end": (run.status, (run.error or {}).get("message"), run.usage, run.diagnosis),
        "messages": messages,
        "tasks": Counter((t.node, len(t.namespace), t.error is None) for t in run.tasks),
        "tools": Counter(
            repr((t["name"], t["phase"], t["input"], t["data"], numbers(t), len(t["children"])))
            for t in snapshot["tools"]
        ),
        "custom": snapshot["custom"] and [row["data"] for row in snapshot["custom"]],
        "asked": [row["value"] for row in snapshot["interrupts"]],
    }


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", sorted(GRAPHS.keys() - NOT_CARRIED))
def test_the_run_is_the_same(name, version):
    graph, value = built(name)
    first = folded(stream(graph, value, THREAD))
    graph, value = built(name)
    other = folded(stream(graph, value, THREAD, version=version))

    assert told(other) == told(first)
    assert first.messages or first.custom


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["joke", "agent", "nested", "asking", "failing", "swarm"])
async def test_the_async_run_is_the_same(name, version):
    graph, value = built(name)
    first = await afolded(astream(graph, value, THREAD))
    graph, value = built(name)
    other = await afolded(astream(graph, value, THREAD, version=version))

    assert told(other) == told(first)
    assert first.messages or first.custom


@events
@pytest.mark.parametrize("name", sorted(NOT_CARRIED))
def test_what_v3_does_not_carry_is_not_made_up(name):
    graph, value = built(name)
    run = folded(stream(graph, value, THREAD, version="v3"))
    spoken = [m for m in run.messages if m.role == "ai"]

    assert run.status == "done"
    assert spoken[-1].text in {"Here 😀 it is.", "They purr."}
    assert [block.kind for m in spoken for block in m.blocks if block.kind == "image"] == (
        ["image"] if name == "thinking" else []
    )


@events
def test_reasoning_and_text_are_blocks():
    thought = [
        AIMessageChunk(content=[{"type": "reasoning", "reasoning": piece, "index": 0}])
        for piece in ("Let me ", "see.")
    ]
    words = [AIMessageChunk(content=[{"type": "text", "text": "Here.", "index": 1}])]

    def reply(state: MessagesState):
        model = Scripted(replies=[[*thought, *words]])
        return {"messages": [model.invoke(state["messages"])]}

    graph = StateGraph(MessagesState).add_node(reply).add_edge(START, "reply").compile()
    [said] = [m for m in folded(stream(graph, HELLO, version="v3")).messages if m.role == "ai"]

    assert [(b.kind, b.pieces) for b in said.blocks] == [
        ("reasoning", ["Let me ", "see."]), ("text", ["Here."]),
    ]  # fmt: skip


def reading():
    """A node that reads its model's stream itself."""
    model = Scripted(replies=[say("word by word")])

    def speak(state: MessagesState):
        said = "".join(chunk.content for chunk in model.stream(state["messages"]))
        return {"messages": [("ai", said)]}

    return StateGraph(MessagesState).add_node(speak).add_edge(START, "speak").compile()


@events
def test_what_v3_gives_whole_is_said_to_come_whole():
    asked = folded(stream(reading(), HELLO, version="v3"))
    driven = Run.from_stream_events(reading().stream_events(HELLO, version="v3"))

    for run in (asked, driven):
        [answer] = [m for m in run.messages if m.origin == "returned"]
        assert answer.text == "word by word"
        assert "with version v3 LangGraph shows the tokens of models that are" in run.diagnosis
        assert "node 'speak'" in run.diagnosis
    assert folded(stream(reading(), HELLO)).diagnosis is None


@pytest.mark.parametrize("version", VERSIONS)
async def test_wherever_a_run_is_asked_for(version):
    with shell() as ip:
        ip.names["graph"] = joke()
        cell = ip.run(
            f"%lgstream graph {{'topic': 'x'}} --version {version} --as magic --view text"
        )
        by_magic = ip.names.get("magic")

    assert cell.out == "[call_model]\nWhy did the cone cry?\n", cell.err
    first = told(folded(stream(joke(), TOPIC)))
    assert told(by_magic) == first
    assert told(watch(joke(), TOPIC, view="quiet", version=version)) == first
    assert told(await awatch(joke(), TOPIC, view="quiet", version=version)) == first
    assert told(await GraphWidget(joke(), version=version).arun(TOPIC)) == first
    assert told(folded(stream(joke(), TOPIC, version=version))) == first


@pytest.mark.parametrize("version", VERSIONS)
def test_the_state_has_the_same_channels(version):
    [run] = [watch(joke(), TOPIC, view="quiet", version=version)]

    assert run.state.keys() == {"topic", "joke"}
    assert run.tasks[0].before == {"topic": "ice cream", "joke": ""}


@pytest.mark.parametrize("version", VERSIONS)
def test_leaving_early_stops_the_graph(version):
    model = Slow()
    seen = stream(joke(model), TOPIC, version=version)
    next(event for event in seen if event["type"] == "delta")
    seen.close()

    assert model.let_go.wait(60)
    assert model.said < 200


# ---- what cannot be ----------------------------------------------------------------------


def test_an_unknown_version():
    with pytest.raises(ValueError, match="version is one of v1, v2, v3, not 'v9'"):
        stream(joke(), TOPIC, version="v9")


@pytest.mark.parametrize(("version", "needed"), [("v2", (1, 1)), ("v3", (1, 2))])
def test_an_older_langgraph_is_told(version, needed):
    if langgraph_version() >= needed:
        pytest.skip("LangGraph has it here")
    with pytest.raises(TypeError, match=rf"needs langgraph 1\.{needed[1]} or newer; .* installed"):
        stream(joke(), TOPIC, version=version)


def test_graphs_elsewhere_stream_in_the_first_version():
    class RemoteGraph:
        assistant_id = "agent"
        nodes = ()

        def stream(self, *_, **__): ...

        astream = get_graph = stream

    with pytest.raises(TypeError, match="A RemoteGraph streams in version v1 only: leave version"):
        stream(RemoteGraph(), TOPIC, version="v3")


def test_the_magic_names_the_versions():
    with shell() as ip:
        ip.names["graph"] = joke()
        cell = ip.run("%lgstream graph {'topic': 'x'} --version v4")

    assert "invalid choice: 'v4'" in cell.err


def test_a_new_version_is_one_entry(monkeypatch):
    def backwards(graph, given, **arguments):
        return reversed([*graph.stream(given, **arguments)])

    new = StreamVersion("v4", "99.0", lambda graph: hasattr(graph, "v4"), backwards, backwards)
    monkeypatch.setitem(versions.VERSIONS, "v4", new)
    graph, arguments = joke(), {"stream_mode": ["values"]}

    with pytest.raises(
        TypeError, match=r"version='v4' needs langgraph 99\.0 or newer; .* installed"
    ):
        versions.versioned(graph, "v4")
    graph.v4 = True
    assert [*versions.versioned(graph, "v4").stream(TOPIC, **arguments)] == [
        *reversed([*graph.stream(TOPIC, **arguments)])
    ]


def test_the_help_has_what_users_should_know_of_a_version():
    assert versions.notes() == "v3 is its event streaming, which is experimental"


# ---- streams that others drive -----------------------------------------------------------


@events
@pytest.mark.parametrize("name", sorted(GRAPHS.keys() - {"custom"}))
def test_a_stream_of_ones_own(name):
    graph, value = built(name)
    run = Run.from_stream_events(graph.stream_events(value, THREAD, version="v3"))
    graph, value = built(name)
    whole = folded(stream(graph, value, THREAD, version="v3"))

    def said(each):
        return Counter(
            (m.role, m.text, m.reasoning, m.finish_reason, str(m.usage))
            for m in each.messages
            if m.role != "human" and (m.role != "tool" or name != "tasked_agent")
        )

    assert run.status == whole.status
    assert said(run) == said(whole)
    assert [i.value for i in run.interrupts] == [
        row["value"] for row in whole.snapshot()["interrupts"]
    ]


@events
async def test_an_async_stream_of_ones_own():
    graph, value = built("agent")
    run = await Run.afrom_stream_events(await graph.astream_events(value, version="v3"))

    assert [m.text for m in run.messages] == ["", "sunny in Oslo", "It is sunny in Oslo."]
    assert run.messages[0].tool_calls[0].args == {"city": "Oslo"}


@events
def test_transformers_of_ones_own():
    from langgraph.stream import StreamChannel, StreamTransformer  # noqa: PLC0415 - from 1.2 on
    from langgraph.stream.transformers import CustomTransformer  # noqa: PLC0415

    class Counting(StreamTransformer):
        def init(self):
            self.channel = StreamChannel("words")
            return {"words": self.channel}

        def process(self, event):
            if event["method"] == "custom":
                self.channel.push(len(event["params"]["data"]["token"]))
            return True

    graph, value = built("custom")
    seen = graph.stream_events(value, version="v3", transformers=[CustomTransformer, Counting])
    run = Run.from_stream_events(seen)

    tokens = [{"token": word} for word in ("any ", "model ", "speaks")]
    assert [each for each in run.custom if "token" in each] == tokens
    assert [each for each in run.custom if "words" in each] == [{"words": n} for n in (4, 6, 6)]


@events
def test_a_stream_that_fails_is_a_run_that_failed():
    graph, value = built("failing")
    run = Run.from_stream_events(graph.stream_events(value, version="v3"))

    assert (run.status, str(run.exception)) == ("error", "the node broke")
    assert run.text() == "so far so good"


async def test_the_wrong_kind_of_stream_is_told():
    with pytest.raises(TypeError, match=r"takes what graph.stream_events\(…, version='v3'\)"):
        Run.from_stream_events(object())
    with pytest.raises(TypeError, match=r"takes what `await graph.astream_events"):
        await Run.afrom_stream_events([])


async def test_a_stream_of_another_kind_is_told():
    another = "from langgraph 1.2 on, not a stream of another kind"
    with pytest.raises(TypeError, match=rf"{another} \(its items are of type dict\)"):
        Run.from_stream_events(joke().stream(TOPIC, stream_mode="values"))
    with pytest.raises(TypeError, match=rf"{another} \(its items are of type tuple\)"):
        Run.from_stream_events(joke().stream(TOPIC, stream_mode="messages"))
    with pytest.raises(TypeError, match=rf"{another} \(LangChain's events of version v1 or v2\)"):
        await Run.afrom_stream_events(joke().astream_events(TOPIC, version="v2"))


@pytest.mark.parametrize("build", [joke, ajoke])
@pytest.mark.parametrize("version", VERSIONS)
async def test_stop_reaches_the_model(version, build):
    model = Slow()
    widget = GraphWidget(build(model), version=version)
    running = asyncio.ensure_future(widget.arun(TOPIC))
    assert await asyncio.to_thread(model.begun.wait, 10)
    widget.stop()
    run = await running

    assert run.status == "stopped"
    assert eventually(model.let_go.is_set)
    assert model.said < 200


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cassette_answers(version, tmp_path):
    model = Scripted(replies=[say("Why did the cone cry?")])
    for _ in range(2):
        run = watch(
            joke(model), TOPIC, view="quiet", version=version, cassette=tmp_path / "c.jsonl"
        )
        assert [token.text for token in run.messages[0].tokens][:3] == ["Why", " ", "did"]

    assert model.calls == 1
