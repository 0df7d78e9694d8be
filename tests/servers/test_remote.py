"""Graphs of both of LangGraph's servers."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Any

import pytest

import lg_notebook
from tests.kernels import ROOT
from tests.servers.conftest import remote
from tests.servers.proxy import Proxy
from tests.servers.servers import Server, until

pytestmark = [pytest.mark.remote, pytest.mark.timeout(120)]

HI = {"messages": [{"role": "user", "content": "hi"}]}
FORMS = ("sync", "async")
UNDER_WAY = {"pending", "running"}


async def ran(form: str, graph: Any, given: Any, config: Any = None) -> lg_notebook.Run:
    """Run a graph by its sync or its async client; an exception of it is on the run."""
    widget = lg_notebook.GraphWidget(graph, config=config, sync=form == "sync")
    with contextlib.suppress(Exception):
        if form == "sync":
            await asyncio.to_thread(widget.run, given)
        else:
            await widget.arun(given)
    return widget.runs[-1]


def counted(name: str, last: int) -> Any:
    """The input for the graph that counts, under a name that its notes bear."""
    return {"messages": [{"role": "user", "content": f"{name} {last}"}]}


def numbers(last: int) -> str:
    return " ".join(map(str, range(last)))


@pytest.mark.parametrize("form", FORMS)
async def test_the_whole_run_is_there(server: Server, form: str) -> None:
    run = await ran(form, remote("agent", server.url), HI)
    assert run.status == "done"
    said = [(m.node, m.role, m.text) for m in run.messages]
    assert said == [
        (None, "human", "hi"),
        ("plan", "ai", ""),
        ("use", "tool", "Much is known about ice cream."),
        ("write", "ai", "Why did the ice cream melt?"),
        ("answer", "ai", "It was too cool to stay."),
    ]
    origins = [m.origin for m in run.messages]
    assert origins == ["input", "streamed", "returned", "streamed", "streamed"]
    call = run.messages[1].tool_calls[0]
    assert (call.name, call.args, call.id) == ("search", {"query": "ice cream"}, "call-1")
    assert len(run.messages[1].tokens) > 1
    joke = run.messages[3]
    assert len(joke.tokens) > 5
    assert joke.namespace[0].startswith("writer:")
    assert joke.tags == ["joke"]
    assert joke.metadata["ls_model_name"] == "scripted-1"
    assert joke.usage == {"input_tokens": 9, "output_tokens": 12, "total_tokens": 21}
    assert run.custom == [{"looking": "ice cream"}, {"progress": "writing"}]
    tasks = [(task.node, task.finished is not None) for task in run.tasks]
    assert tasks == [(n, True) for n in ("plan", "use", "writer", "write", "answer")]
    # The view's text is that of the final state, which the server gives.
    final = [m["content"] for m in run.state["messages"]]
    assert final == [m.text for m in run.messages]


async def test_the_streaming_guides_javascript_example(servers: Any, server: Server) -> None:
    if server.name != "javascript":
        pytest.skip("the graph is the JavaScript server's")
    run = await ran("async", remote("joke", server.url), {"topic": "ice cream"})
    assert run.text() == run.state["joke"] == "Why did the ice cream melt? It was too cool."
    (message,) = run.messages
    assert message.node == "callModel"
    assert "".join(token.text for token in message.tokens) == message.text
    assert len(message.tokens) > 5
    assert message.metadata["langgraph_node"] == "callModel"
    assert message.tags == ["joke"]
    assert message.usage == {"input_tokens": 9, "output_tokens": 12, "total_tokens": 21}


async def test_the_tutorials_recordings_are_what_its_graphs_say(
    server: Server, thread: Any
) -> None:
    recorded = lg_notebook.Run.load(ROOT / "notebooks" / "remote" / f"{server.name}.jsonl")
    run = await ran("async", remote("tutorial", server.url), recorded.input, thread)
    assert run.status == recorded.status
    assert run.questions == recorded.questions
    (message,), (before,) = run.messages, recorded.messages
    assert [token.text for token in message.tokens] == [token.text for token in before.tokens]
    assert message.node == before.node
    assert message.metadata.keys() == before.metadata.keys()


async def test_the_graph_is_drawn_as_its_server_tells_it(server: Server) -> None:
    graph = remote("agent", server.url)
    widget = lg_notebook.GraphWidget(graph)
    await asyncio.to_thread(until, lambda: widget.graph["topology"] is not None)
    drawn = widget.graph["topology"]
    kinds = {node["id"]: node["kind"] for node in drawn["nodes"]}
    way = ["__start__", "plan", "use", "writer", "answer", "__end__"]
    assert kinds.keys() >= set(way)
    # The JavaScript server does not look into subgraphs that have one node only.
    inside = ["subgraph", "node"] if server.name == "python" else ["node", None]
    assert [kinds["writer"], kinds.get("writer|write")] == inside
    outer = {(each["source"], each["target"]) for each in drawn["edges"]}
    assert outer >= {*itertools.pairwise(way)}
    run = await widget.arun(HI)
    assert run.topology == drawn
    # A run that requests its topology gets it while it runs, and does not wait.
    asked = await ran("async", remote("long", server.url), counted("drawn", 60))
    assert asked.topology is not None
    assert "count" in {node["id"] for node in asked.topology["nodes"]}


async def test_nothing_is_left_on_the_server(server: Server) -> None:
    before = {each["thread_id"] for each in server.threads()}
    await ran("sync", remote("agent", server.url), HI)
    await ran("async", remote("agent", server.url), HI)
    assert {each["thread_id"] for each in server.threads()} <= before


@pytest.mark.parametrize("form", FORMS)
async def test_an_interrupt_is_answered_on_its_thread(
    server: Server, form: str, thread: Any
) -> None:
    widget = lg_notebook.GraphWidget(
        remote("approval", server.url), config=thread, sync=form == "sync"
    )
    if form == "sync":
        asked = await asyncio.to_thread(widget.run, HI)
        answered = await asyncio.to_thread(widget.resume, "yes")
    else:
        asked = await widget.arun(HI)
        answered = await widget.aresume("yes")
    assert asked.status == "interrupted"
    assert [each.value for each in asked.interrupts] == [{"question": "May I?"}]
    assert answered.status == "done"
    assert answered.text() == "You said yes."
    # The thread's earlier messages are not repeated.
    assert [m.role for m in answered.messages] == ["ai"]


async def test_an_answer_without_a_thread_says_what_is_missing(server: Server) -> None:
    widget = lg_notebook.GraphWidget(remote("approval", server.url))
    asked = await widget.arun(HI)
    assert asked.status == "interrupted"
    with pytest.raises(ValueError, match="thread_id"):
        widget.resume("yes")


@pytest.mark.parametrize("form", FORMS)
async def test_a_thread_remembers(server: Server, form: str, thread: Any) -> None:
    graph = remote("agent", server.url)
    await ran(form, graph, HI, thread)
    run = await ran(form, graph, HI, thread)
    assert [m.origin for m in run.messages].count("input") == 1
    assert len(run.messages) == 5
    assert len(run.state["messages"]) == 10


@pytest.mark.parametrize("form", FORMS)
async def test_stop_cancels_the_run_on_the_server(server: Server, form: str, thread: Any) -> None:
    name = f"stop-{form}"
    widget = lg_notebook.GraphWidget(remote("long", server.url), config=thread, sync=form == "sync")
    running = asyncio.ensure_future(
        asyncio.to_thread(widget.run, counted(name, 900))
        if form == "sync"
        else widget.arun(counted(name, 900))
    )
    while not (widget.runs and widget.runs[0].text().startswith("0 1 ")):
        await asyncio.sleep(0.02)
    widget.stop()
    run = await running
    assert run.status == "stopped"
    assert run.text().startswith("0 1 ")
    where = thread["configurable"]["thread_id"]
    await asyncio.to_thread(until, lambda: not UNDER_WAY & {*server.runs(where)})
    # Nothing continues: neither the rest of the node nor the node after it.
    assert f"{name} began" in server.noted()
    assert f"{name} ended" not in server.noted()
    assert f"{name} after" not in server.noted()


async def test_leaving_the_events_cancels_the_run(server: Server, thread: Any) -> None:
    name = "left"
    async with contextlib.aclosing(
        lg_notebook.astream(remote("long", server.url), counted(name, 900), thread)
    ) as events:
        async for event in events:
            if event["type"] == "delta":
                break
    where = thread["configurable"]["thread_id"]
    await asyncio.to_thread(until, lambda: not UNDER_WAY & {*server.runs(where)})
    assert f"{name} ended" not in server.noted()


@pytest.mark.parametrize(("form", "whose"), [("sync", "own"), ("async", "given")])
async def test_a_lost_connection_loses_and_repeats_nothing(
    server: Server, proxy: Proxy, form: str, thread: Any, whose: str
) -> None:
    proxy.cut_after(30_000, 20_000, 5_000)
    graph = remote("long", proxy.url)
    config = thread if whose == "given" else None
    run = await ran(form, graph, counted(f"cut-{form}-{whose}", 150), config)
    assert proxy.cuts == 3
    assert run.exception is None
    assert run.status == "done"
    assert run.text() == numbers(150)
    spoken = run.messages[1]
    # Each of the words came as one token, in order; the last is the model's empty one.
    assert "".join(token.text for token in spoken.tokens) == numbers(150)
    assert len(spoken.tokens) == (299 if server.name == "python" else 150)
    assert [task.node for task in run.tasks] == ["count", "after"]
    assert [m.text for m in run.messages[2:]] == ["enough"]


@pytest.mark.parametrize("form", FORMS)
async def test_the_graphs_own_error_is_one_sentence(server: Server, form: str) -> None:
    run = await ran(form, remote("failing", server.url), HI)
    assert run.status == "error"
    assert run.text() == "All is well"
    said = str(run.exception)
    assert said.startswith("The graph failed on the server: ")
    assert "the cone is empty" in said
    assert "\n" not in said


async def test_an_unknown_graph_is_one_sentence(server: Server) -> None:
    run = await ran("sync", remote("nobody", server.url), HI)
    said = str(run.exception)
    assert said.startswith(f"LangGraph's server at {server.url} refused the run (4")
    assert "nobody" in said
    assert "\n" not in said


async def test_events_arrive_one_by_one(server: Server) -> None:
    """Not all together at the end: while the node still counts, its first words are there."""
    name = "live"
    async for event in lg_notebook.astream(remote("long", server.url), counted(name, 60)):
        if event["type"] == "delta" and event["node"] == "count":
            assert f"{name} began" in server.noted()
            assert f"{name} ended" not in server.noted()
            break
