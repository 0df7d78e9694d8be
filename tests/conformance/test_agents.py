"""Agents, as LangChain's streaming guide has them, and as the packages around them build them."""

from collections import Counter

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.types import Command

from lg_notebook import stream
from tests.conformance.ways import every_way, names, of_type, plain, spoken, told
from tests.graphs.model import Scripted, say
from tests.graphs.real import REAL, calls
from tests.graphs.zoo import HELLO, THREAD, USAGE, weather

agents = pytest.importorskip("langchain.agents", reason="langchain is not installed")
middlewares = pytest.importorskip("langchain.agents.middleware")

PIECES = ["", '{"ci', 'ty": "Oslo"}']


def asking_for_the_weather():
    """A reply that calls the tool, its arguments in pieces."""
    first = {"name": "weather", "id": "c1"}
    later = {"name": None, "id": None}
    return [
        AIMessageChunk(
            content="",
            tool_call_chunks=[
                {**(later if at else first), "args": piece, "index": 0, "type": "tool_call_chunk"}
            ],
        )
        for at, piece in enumerate(PIECES)
    ]


def forecaster(**more):
    replies = [asking_for_the_weather(), say("It is sunny in Oslo.", usage_metadata=USAGE)]
    return agents.create_agent(Scripted(replies=replies), [weather], **more)


def content(message):
    """The text of a message, or of a record of one."""
    return message["content"] if isinstance(message, dict) else message.content


def kind(message):
    return message["type"] if isinstance(message, dict) else message.type


@every_way
def test_agent_progress(way):
    """One update per step: the model's request, the tool's answer, the model's reply."""
    expected = [
        (node, [(m.type, m.content, [c["name"] for c in getattr(m, "tool_calls", ())])])
        for _, chunk in plain(forecaster(), HELLO, "updates")
        for node, update in chunk.items()
        for m in [update["messages"][-1]]
    ]
    run = way(forecaster(), HELLO, None)
    seen = [
        (
            event["node"],
            [
                (m["type"], m["content"], [c["name"] for c in m.get("tool_calls", ())])
                for m in event["data"]["messages"]
            ],
        )
        for event in of_type(run, "update")
    ]

    assert seen == expected
    assert [node for node, _ in seen] == ["model", "tools", "model"]


@every_way
def test_tool_call_chunks(way):
    expected = [
        part["args"]
        for _, (chunk, _) in plain(forecaster(), HELLO, "messages")
        for part in getattr(chunk, "tool_call_chunks", ())
    ]
    run = way(forecaster(), HELLO, None)
    pieces = [e for e in of_type(run, "delta") if e["kind"] == "tool_call"]

    assert [event["text"] for event in pieces] == expected == PIECES
    assert (pieces[0]["call_id"], pieces[0]["name"]) == ("c1", "weather")
    [call] = run.messages[1].tool_calls
    assert (call.name, call.args) == ("weather", {"city": "Oslo"})
    assert told(run) == spoken(plain(forecaster(), HELLO, "messages"))


@every_way
def test_custom_updates_of_a_tool(way):
    def build():
        @tool
        def look(city: str) -> str:
            """Looks."""
            write = get_stream_writer()
            write(f"Looking up data for city: {city}")
            write(f"Acquired data for city: {city}")
            return "sunny"

        replies = [calls(("look", "c1", '{"city": "Oslo"}')), say("Sunny.")]
        return agents.create_agent(Scripted(replies=replies), [look])

    expected = [item for _, item in plain(build(), HELLO, "custom")]
    run = way(build(), HELLO, None)

    assert run.custom == expected
    assert {event["node"] for event in of_type(run, "custom")} == {"tools"}
    assert {event.get("call_id") for event in of_type(run, "custom")} == {"c1"}


@every_way
def test_reasoning(way):
    def build():
        thought = [
            AIMessageChunk(content=[{"type": "reasoning", "reasoning": piece, "index": 0}])
            for piece in ("The city ", "is Oslo.")
        ]
        words = [AIMessageChunk(content=[{"type": "text", "text": "Sunny.", "index": 1}])]
        return agents.create_agent(Scripted(replies=[[*thought, *words]]), [])

    found = {"reasoning": [], "text": []}
    for _, (chunk, _) in plain(build(), HELLO, "messages"):
        for block in chunk.content_blocks:
            if block["type"] in found and block[block["type"]]:
                found[block["type"]].append(block[block["type"]])
    [_, message] = way(build(), HELLO, None).messages

    assert {block.kind: block.pieces for block in message.blocks} == found
    assert message.reasoning == "The city is Oslo."


@every_way
def test_a_guardrail_that_tells_by_custom(way):
    """Middleware that judges the answer, and writes its own message to the stream."""

    def build():
        class Guard(middlewares.AgentMiddleware):
            def after_agent(self, state, runtime):
                verdict = Scripted(replies=[say("It is safe.")]).invoke(state["messages"])
                get_stream_writer()(verdict)

        return agents.create_agent(Scripted(replies=[say("Sunny.")]), [], middleware=[Guard()])

    expected = [item.content for _, item in plain(build(), HELLO, "custom")]
    run = way(build(), HELLO, None)

    assert [content(each) for each in run.custom] == expected == ["It is safe."]
    assert told(run) == spoken(plain(build(), HELLO, "messages"))
    [verdict] = [m for m in run.messages if m.node == "Guard.after_agent"]
    assert (verdict.text, verdict.role) == ("It is safe.", "ai")


# ---- a human in the loop -----------------------------------------------------------------


def approving(*cities):
    wanted = [("weather", f"c{at}", f'{{"city": "{city}"}}') for at, city in enumerate(cities)]
    human = middlewares.HumanInTheLoopMiddleware(interrupt_on={"weather": True})
    return agents.create_agent(
        Scripted(replies=[calls(*wanted), say("It is sunny.")]),
        [weather],
        middleware=[human],
        checkpointer=InMemorySaver(),
    )


EDIT = {"type": "edit", "edited_action": {"name": "weather", "args": {"city": "Rome"}}}
ANSWERS = {
    "approve": [{"type": "approve"}],
    "edit": [EDIT],
    "reject": [{"type": "reject", "message": "Not now."}],
}


def answered(chunks):
    """What the tools said in the plain loop."""
    return [
        content(message)
        for _, chunk in chunks
        for update in chunk.values()
        for message in (update or {}).get("messages", ())
        if message.type == "tool"
    ]


@every_way
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_human_in_the_loop(way, answer):
    graph = approving("Oslo")
    [asked] = [
        chunk["__interrupt__"][0]
        for _, chunk in plain(graph, HELLO, "updates", THREAD)
        if "__interrupt__" in chunk
    ]
    resume = Command(resume={"decisions": ANSWERS[answer]})
    expected = answered(plain(graph, resume, "updates", THREAD))

    graph = approving("Oslo")
    first = way(graph, HELLO, THREAD)
    assert first.status == "interrupted"
    assert first.questions == [asked.value]
    run = way(graph, resume, THREAD)

    assert run.status == "done"
    assert [m.text for m in run.messages if m.role == "tool"] == expected
    assert run.text().endswith("It is sunny.")


def test_an_approval_by_the_interrupts_id():
    graph = approving("Oslo", "Rome")
    events = list(stream(graph, HELLO, THREAD))
    [asked] = [event for event in events if event["type"] == "interrupt"]
    decisions = {"decisions": [{"type": "approve"}, {"type": "reject", "message": "Not there."}]}
    resume = Command(resume={asked["id"]: decisions})
    told_ = [e for e in stream(graph, resume, THREAD) if e["type"] in {"message-start", "delta"}]

    state = graph.get_state(THREAD).values["messages"]
    tools = [m for m in state if m.type == "tool"]
    assert {m.tool_call_id: m.status for m in tools} == {"c0": "success", "c1": "error"}
    seen = {e["message"]: "" for e in told_ if e["type"] == "message-start" and e["role"] == "tool"}
    for event in told_:
        if event["type"] == "delta" and event["message"] in seen:
            seen[event["message"]] += event["text"]
    assert sorted(seen.values()) == sorted(m.content for m in tools)


# ---- sub-agents --------------------------------------------------------------------------


def boss():
    inner = agents.create_agent(
        Scripted(replies=[asking_for_the_weather(), say("Sunny there.")]), [weather], name="scout"
    )

    @tool
    def send_out(question: str) -> str:
        """Asks the scout."""
        told_ = inner.invoke({"messages": [{"role": "user", "content": question}]})
        return str(told_["messages"][-1].content)

    replies = [calls(("send_out", "c0", '{"question": "Oslo?"}')), say("The scout says: sunny.")]
    return agents.create_agent(Scripted(replies=replies), [send_out], name="boss")


@every_way
def test_sub_agents_by_name(way):
    expected = {}
    for _, (chunk, meta) in plain(boss(), HELLO, "messages"):
        if chunk.content and chunk.type == "AIMessageChunk":
            expected.setdefault(meta["lc_agent_name"], []).append(chunk.content)
    run = way(boss(), HELLO, None)
    seen = {}
    for message in run.messages:
        if message.role == "ai" and message.text:
            seen.setdefault(message.agent, []).extend(token.text for token in message.tokens)

    assert seen == expected
    assert seen.keys() == {"boss", "scout"}


@pytest.mark.parametrize("agent", ["boss", "scout"])
def test_filtered_by_agent(agent):
    expected = [
        chunk.content
        for _, (chunk, meta) in plain(boss(), HELLO, "messages")
        if meta["lc_agent_name"] == agent and chunk.content and chunk.type == "AIMessageChunk"
    ]
    events = list(stream(boss(), HELLO, agent=agent))
    spoken_ = {e["message"] for e in events if e["type"] == "message-start" and e["role"] == "ai"}

    assert [
        e["text"]
        for e in events
        if e["type"] == "delta" and e["kind"] == "text" and e["message"] in spoken_
    ] == expected


@every_way
def test_a_sub_agent_is_found_from_its_call(way):
    run = way(boss(), HELLO, None)
    [entered] = [e for e in of_type(run, "tool") if e["phase"] == "entered"]
    scout = [m for m in run.messages if m.agent == "scout" and m.role == "ai"]

    assert entered["call_id"] == "c0"
    assert {m.namespace for m in scout} == {tuple(entered["child"])}
    assert names(entered["child"]) == ("tools",)


# ---- packages as they come ---------------------------------------------------------------


@every_way
@pytest.mark.parametrize("name", ["supervisor", "swarm", "deep_agent", "approved"])
def test_the_text_of_the_events_is_the_final_states(way, name):
    build, value = REAL[name]
    try:
        graph = build()
    except ImportError as error:
        pytest.skip(f"{error.name} is not installed, or too old")
    run = way(graph, value, THREAD)
    children = [tuple(child) for each in run.snapshot()["tools"] for child in each["children"]]
    texts = {}
    for event in run.events:
        if event["type"] == "message-start" and event["of"] is None:
            inside = any(tuple(event["ns"])[: len(child)] == child for child in children)
            texts[event["message"]] = None if inside else (event["role"], "")
        elif event["type"] == "delta" and event["kind"] == "text" and texts[event["message"]]:
            role, text = texts[event["message"]]
            texts[event["message"]] = role, text + event["text"]
    rebuilt = Counter(row for row in texts.values() if row is not None)
    state = Counter((kind(m), content(m)) for m in run.state["messages"])

    assert run.status == "done"
    if name == "approved":  # what was said before the question is of the run before
        state -= Counter([("human", "hello"), ("ai", "Let me look.")])
    assert rebuilt == state


def test_a_whole_answer_is_a_message_too():
    """A node of one's own beside an agent's: an answer that no model made."""
    whole = agents.create_agent(Scripted(replies=[say("all at once")], disable_streaming=True), [])
    [(_, (chunk, _))] = plain(whole, HELLO, "messages")
    events = list(stream(whole, HELLO))

    assert isinstance(chunk, AIMessage)
    assert [e["text"] for e in events if e["type"] == "delta"][1:] == [chunk.content]
