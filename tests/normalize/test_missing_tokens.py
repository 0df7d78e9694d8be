"""Diagnose missing tokens: one line per cause, and none if nothing is wrong."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage
from langgraph.cache.memory import InMemoryCache as NodeCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import CachePolicy, Command, interrupt

from lg_notebook import Run, astream, bridge, stream
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.normalize.normalizer import Normalizer
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.render.static_html import to_html
from tests import matrix
from tests.fixtures.record import run_events
from tests.golden import NAMES, golden
from tests.graphs.async_zoo import CASES
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, THREAD, TOPIC, ZOO, chat, joke

WHOLE = (
    "The model's answer in node 'reply' came whole: it was built with {}. Build it without that"
    " to see its tokens."
)
SOMEHOW = (
    "The model's answer in node 'reply' came whole: it was built with streaming=False, its class"
    " does not stream, or a cache answered. Let the model stream to see its tokens."
)
HIDDEN = (
    "The model call of {} is tagged `nostream`, which hides its tokens: take the tag off to see"
    " them."
)
LOST = (
    "LangGraph did not see the model call behind the answer of node 'speak': it was made in a"
    " thread or process without the run's context. Pass the node's `config` on to the call, or"
    " run the thread in contextvars.copy_context()."
)
OFFER = (
    "No LangChain chat model was called, but custom payloads look like tokens: add `--tokens {0}`"
    " (in code, tokens='{0}') to read them as a message."
)
ALONE = (
    "The answer of node 'speak' came whole, and no LangChain chat model was called. To see"
    " another model's tokens, write them with get_stream_writer() and add `--tokens KEY`."
)


def spoken(node, **options):
    builder = StateGraph(MessagesState).add_node("speak", node, **options)
    return builder.add_edge(START, "speak")


def diagnosis(graph, value=HELLO, config=None):
    return Run.from_events(stream(graph, value, config)).diagnosis


# ---- the causes -------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [joke, chat])
def test_a_model_that_is_told_not_to_stream(graph):
    made = graph(Scripted(replies=[say("all together")], disable_streaming=True))
    value, node = (TOPIC, "call_model") if graph is joke else (HELLO, "reply")

    assert diagnosis(made, value) == WHOLE.replace("reply", node).format("disable_streaming=True")


def test_a_model_that_does_not_stream_with_tools():
    model = Scripted(replies=[say("hm")], disable_streaming="tool_calling").bind(tools=[{}])

    assert diagnosis(chat(model)) == WHOLE.format("disable_streaming='tool_calling'")
    assert diagnosis(chat(model.bound)) is None


def test_a_model_whose_class_does_not_stream():
    model = FakeMessagesListChatModel(responses=[AIMessage("whole")])

    assert diagnosis(chat(model)) == SOMEHOW


def test_a_cache_that_answers():
    graph = joke(Scripted(replies=[say("hello again")], cache=InMemoryCache()))

    assert diagnosis(graph, TOPIC) is None
    assert diagnosis(graph, TOPIC) == SOMEHOW.replace("reply", "call_model")


def test_a_hidden_call_whose_message_comes_all_the_same():
    hidden = Scripted(replies=[say("hush")]).with_config(tags=["nostream"])

    def speak(_):
        return {"messages": [Scripted(replies=[say("loud")]).invoke("x"), hidden.invoke("x")]}

    assert diagnosis(spoken(speak).compile()) == HIDDEN.format("node 'speak'")


def test_a_hidden_call_in_a_run_without_tokens():
    model = Scripted(replies=[say("hush")]).with_config(tags=["nostream"])

    assert diagnosis(joke(model), TOPIC) == HIDDEN.format("node 'call_model'")


def test_a_hidden_call_of_which_nothing_is_shown_is_as_it_should_be():
    hidden = Scripted(replies=[say("a title")]).with_config(tags=["nostream"])

    def speak(_):
        hidden.invoke("x")
        return {"messages": [Scripted(replies=[say("loud")]).invoke("x")]}

    assert diagnosis(spoken(speak).compile()) is None


@pytest.mark.parametrize("inner", ["model", "subgraph"])
@pytest.mark.parametrize("means", ["thread", "pool"])
def test_a_call_that_lost_the_context(inner, means):
    model = Scripted(replies=[say("from afar")])

    def call():
        if inner == "model":
            return model.invoke("x")
        return chat(model).invoke(HELLO)["messages"][-1]

    def speak(_):
        if means == "pool":
            with ThreadPoolExecutor() as pool:
                return {"messages": [pool.submit(call).result()]}
        said = []
        thread = threading.Thread(target=lambda: said.append(call()))
        thread.start()
        thread.join()
        return {"messages": said}

    assert diagnosis(spoken(speak).compile()) == LOST


def test_a_provider_with_ids_of_its_own_is_known_by_what_it_says():
    def speak(_):
        return {"messages": [AIMessage("hi", id="msg_1", response_metadata={"model": "m"})]}

    assert diagnosis(spoken(speak).compile()) == LOST


@pytest.mark.parametrize(
    ("payloads", "key"),
    [
        ([{"token": "a"}, {"token": "b"}], "token"),
        ([{"llm_chunk": "a"}, {"llm_chunk": "b"}], "llm_chunk"),
        ([{"type": "x", "content": "any "}, {"type": "x", "content": "model"}], "content"),
        (["any ", "model ", "speaks"], "."),
        ([AIMessage("a"), AIMessage("b")], "."),
        ([{"delta": AIMessage("a")}, {"delta": AIMessage("b")}], "delta"),
    ],
)
def test_a_model_outside_langchain(payloads, key):
    def speak(_):
        for each in payloads:
            get_stream_writer()(each)

    assert diagnosis(spoken(speak).compile()) == OFFER.format(key)


@pytest.mark.parametrize(
    "payloads",
    [
        [{"token": "just one"}],
        [{"progress": "Fetched 1 of 2."}, {"progress": "Fetched 2 of 2."}],
        ["Looking up the city", "Found it"],
        [{"token": 1}, {"token": 2}],
        [{"status": "x", 3: "y "}, 7, None, [" "]],
    ],
)
def test_payloads_that_are_no_tokens(payloads):
    def speak(_):
        for each in payloads:
            get_stream_writer()(each)

    assert diagnosis(spoken(speak).compile()) is None


def test_messages_without_any_model():
    graph = spoken(lambda _: {"messages": [AIMessage("by hand")]}).compile()

    assert diagnosis(graph) == ALONE


def test_a_word_by_hand_beside_a_model_is_no_matter():
    builder = spoken(lambda _: {"messages": [AIMessage("by hand")]})
    model = Scripted(replies=[say("by a model")])
    builder.add_node("reply", lambda _: {"messages": [model.invoke("x")]})
    builder.add_edge("speak", "reply")

    assert diagnosis(builder.compile()) is None


def test_several_nodes_are_named_in_an_order_of_their_own():
    builder = StateGraph(MessagesState)
    model = Scripted(replies=[say("x")]).with_config(tags=["nostream"])
    for name in "edcba":
        builder.add_node(name, lambda _: {"messages": [model.invoke("x")]})
        builder.add_edge(START, name)

    assert diagnosis(builder.compile()) == HIDDEN.format("nodes 'a', 'b', 'c' and 2 more")


def test_several_causes_most_important_first():
    assert diagnosis(ZOO["silent"][0]()).splitlines() == [
        WHOLE.replace("reply", "speak").format("disable_streaming=True"),
        HIDDEN.format("node 'speak'"),
    ]


async def test_without_a_bridge_where_one_is_needed(monkeypatch):
    monkeypatch.setattr(bridge, "works", lambda: False)
    model = Scripted(replies=[say("lost on the way")])

    async def speak(_):
        with ThreadPoolExecutor() as pool:  # loses the context on every Python
            return {"messages": [pool.submit(model.invoke, "x").result()]}

    run = Run.from_events([event async for event in astream(spoken(speak).compile(), HELLO)])

    assert run.diagnosis.startswith("Below Python 3.11 async code loses its tokens, and")
    assert len(run.diagnosis.splitlines()) == 1


META = {"langgraph_node": "reply", "langgraph_checkpoint_ns": "reply:t1"}
CALLED = {**META, "ls_provider": "openai"}
WHOLE_MESSAGE = {
    "type": "ai",
    "content": "x",
    "id": "run-1",
    "tool_calls": [{"id": "c", "name": "n"}],
}
CHUNK = {"type": "AIMessageChunk", "content": "hi", "id": "run-2"}


@pytest.mark.parametrize(
    ("items", "line"),
    [
        ([(WHOLE_MESSAGE, CALLED)], SOMEHOW),
        ([(CHUNK, CALLED), (WHOLE_MESSAGE, CALLED)], None),
        ([(WHOLE_MESSAGE, META)], "The answer of node 'reply' came without tokens: on the server"),
        ([(CHUNK, CALLED)], None),
    ],
)
def test_of_a_servers_run(items, line):
    normalizer = Normalizer(Redactor())
    events = normalizer.start("remote", {}, 0.0)
    for message, meta in items:  # from a server each comes with metadata of its own
        events += normalizer((), "messages", (message, dict(meta)), 1)
    events += normalizer.end("done", None, 2)
    found = Run.from_events(events).causes

    assert [each[: len(line or "")] for each in found] == ([line] if line else [])


@pytest.mark.parametrize("status", ["stopped", "interrupted"])
def test_a_run_that_did_not_get_there_may_still_find_its_tokens(status):
    normalizer = Normalizer(Redactor(), tokens=Tokens("token"))
    events = normalizer.start("early", {}, 0.0)
    events += normalizer.end(status, None, 1)

    assert Run.from_events(events).diagnosis is None


# ---- no cause, no word ------------------------------------------------------------------

GUILTY = {"custom", "silent"}


@pytest.mark.parametrize("name", sorted(ZOO.keys() - GUILTY))
def test_no_cause_no_word(name):
    build, value = ZOO[name]

    assert Run.from_events(run_events(build, value)).diagnosis is None


@pytest.mark.parametrize("name", sorted(set(NAMES) - GUILTY - {"edges"}))
def test_no_false_alarm_in_any_log(name):
    assert Run.from_events(golden(name)["events"]).diagnosis is None


def test_no_false_alarm_in_any_async_graph():
    alarms = {
        name: [row["diagnosis"] for row in _rows(log) if "diagnosis" in row]
        for name, log in matrix.expected().items()
    }

    assert {name for name, found in alarms.items() if found} == {"nostream", "stream_writer"}
    assert len(CASES) > 36


def _rows(log):
    found = [log]
    while found:
        value = found.pop()
        if isinstance(value, dict):
            yield value
        else:
            found += value


def test_what_a_node_remembers_was_not_lost():
    model = Scripted(replies=[say("one"), say("two")])
    before = [model.invoke("x")]

    def speak(_):
        return {"messages": [*before, model.invoke("x")]}

    assert diagnosis(spoken(speak).compile()) is None


def test_what_the_input_and_the_thread_hold_was_not_lost():
    old = Scripted(replies=[say("of old")]).invoke("x")
    graph = chat(saver=InMemorySaver())

    assert diagnosis(graph, {"messages": ["hi", old, "continue"]}, THREAD) is None
    assert diagnosis(graph, HELLO, THREAD) is None


def test_what_a_cache_replays_was_not_lost():
    model = Scripted(replies=[say("once")])
    builder = spoken(
        lambda _: {"messages": [model.invoke("x")]},
        cache_policy=CachePolicy(key_func=lambda _: b"k"),
    )
    graph = builder.compile(cache=NodeCache())

    assert diagnosis(graph) is None
    run = Run.from_events(stream(graph, HELLO))
    assert (run.messages[-1].text, run.diagnosis) == ("once", None)
    assert model.calls == 1


def test_what_a_checkpoint_replays_was_not_lost():
    model = Scripted(replies=[say("before the question")])

    @task
    def draft():
        return model.invoke("x")

    @entrypoint(checkpointer=InMemorySaver())
    def flow(_):
        said = draft().result()
        interrupt("continue?")
        return said

    assert diagnosis(flow, "x", THREAD) is None
    assert diagnosis(flow, Command(resume="yes"), THREAD) is None
    assert model.calls == 1


# ---- usage ------------------------------------------------------------------------------


# ---- filters, and the faces -------------------------------------------------------------


def test_names_of_nodes_are_quoted():
    graph = StateGraph(MessagesState)
    model = Scripted(replies=[say("x")]).with_config(tags=["nostream"])
    graph.add_node("a\n<i>", lambda _: {"messages": [model.invoke("x")]})
    graph.add_edge(START, "a\n<i>")
    run = Run.from_events(stream(graph.compile(), HELLO))

    assert len(run.diagnosis.splitlines()) == 1
    assert "<i>" not in to_html(run)


def test_it_is_in_the_log():
    events = list(stream(ZOO["silent"][0](), HELLO))

    assert json.loads(json.dumps(events[-1]))["diagnosis"] == Run.from_events(events).causes
    assert "diagnosis" not in list(stream(joke(), TOPIC))[-1]
