"""C. Every piece of a message is in a block, readable, under a name of its own."""

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.errors import GraphRecursionError
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import RetryPolicy

from lg_notebook import GraphWidget
from tests.promises.graphs import (
    Docs,
    Fake,
    as_chunk,
    calling,
    cases,
    chain,
    events_of,
    faces,
    fake,
    quiet,
    returning,
    said,
)

READABLE = ("html", "text", "markdown")
"""The faces that people read."""


def check_readable(run, *words):
    shown = faces(run)
    for name in READABLE:
        assert "[other]" not in shown[name], name
        for word in words:
            assert word in shown[name], name
    assert all(word in shown["messages"] for word in words)
    assert all(word in shown["events"] for word in words)


def kinds(run):
    return [block.kind for block in run.messages[-1].blocks]


REFUSAL = {"type": "refusal", "refusal": "I can not do that.", "index": 0}


def test_a_refusal_is_readable():
    run = quiet(calling(fake([REFUSAL])))

    assert kinds(run) == ["refusal"]
    check_readable(run, "I can not do that.")


def test_a_refusal_in_pieces_is_one_readable_text():
    pieces = [{**REFUSAL, "refusal": each} for each in ("I can ", "not do ", "that.")]
    run = quiet(calling(fake(*([each] for each in pieces))))

    assert kinds(run) == ["refusal"]
    check_readable(run, "I can not do that.")


@pytest.mark.parametrize("whole", [True, False], ids=["returned", "streamed"])
def test_a_refusal_beside_the_content_is_readable(whole):
    more = {"additional_kwargs": {"refusal": "I can not do that."}}
    graph = returning({"messages": [AIMessage("", **more)]}) if whole else calling(fake({**more}))
    run = quiet(graph)

    assert kinds(run) == ["refusal"]
    check_readable(run, "I can not do that.")


SEARCH = [
    [{"type": "text", "text": "I search.", "index": 0}],
    [{"type": "server_tool_use", "id": "srv1", "name": "web_search", "input": {}, "index": 1}],
    [{"type": "input_json_delta", "partial_json": '{"query": "cone', "index": 1}],
    [{"type": "input_json_delta", "partial_json": ' facts"}', "index": 1}],
    [
        {
            "type": "web_search_tool_result", "tool_use_id": "srv1", "index": 2,
            "content": [
                {"type": "web_search_result", "title": "All about cones",
                 "url": "https://example.org/cones"},
            ],
        },
    ],
    [{"type": "text", "text": "Found it.", "index": 3}],
    [
        {
            "type": "text", "text": "", "index": 3,
            "citations": [
                {"type": "web_search_result_location", "cited_text": "Cones are round.",
                 "title": "All about cones", "url": "https://example.org/cones"},
            ],
        },
    ],
]  # fmt: skip
"""As langchain-anthropic streams a search of the web."""


def test_the_query_of_a_servers_tool_is_readable():
    check_readable(quiet(calling(fake(*SEARCH))), "cone facts", "web_search")


def test_citations_are_readable():
    check_readable(quiet(calling(fake(*SEARCH))), "Cones are round.", "https://example.org/cones")


def test_the_results_of_a_servers_tool_are_readable():
    check_readable(quiet(calling(fake(*SEARCH))), "All about cones")


def test_the_blocks_of_a_search_have_names():
    run = quiet(calling(fake(*SEARCH)))

    assert kinds(run)[:4] == ["text", "server_tool_call", "server_tool_result", "text"]


def test_texts_around_another_block_do_not_run_together():
    run = quiet(calling(fake(*SEARCH)))

    assert "I search.Found it." not in run.text()
    for name in READABLE:
        assert "I search.Found it." not in faces(run)[name]


def test_a_search_is_whole_in_langchains_messages():
    run = quiet(calling(fake(*SEARCH)))

    [answer] = [m for m in run.to_messages() if m.type == "ai"]
    shown = str(answer.content_blocks)
    assert "cone facts" in shown
    assert "Cones are round." in shown


AUDIO = {"id": "audio_1", "data": "UklGRg==", "expires_at": 1, "transcript": "hello there"}
CALL = {"name": "weather", "arguments": '{"city": "Oslo"}'}


@pytest.mark.parametrize("whole", [True, False], ids=["returned", "streamed"])
def test_a_transcript_is_readable(whole):
    more = {"additional_kwargs": {"audio": AUDIO}}
    graph = returning({"messages": [AIMessage("", **more)]}) if whole else calling(fake({**more}))

    check_readable(quiet(graph), "hello there")


@pytest.mark.parametrize("whole", [True, False], ids=["returned", "streamed"])
def test_a_function_call_of_the_old_form_is_readable(whole):
    more = {"additional_kwargs": {"function_call": CALL}}
    graph = returning({"messages": [AIMessage("", **more)]}) if whole else calling(fake({**more}))

    check_readable(quiet(graph), "weather", "Oslo")


UNKNOWN = {
    "a form of its own": {"type": "poem", "verse": "roses are red"},
    "a form without a type": {"verse": "roses are red"},
    "non_standard": {"type": "non_standard", "value": {"verse": "roses are red"}},
    "a nested form": {"type": "card", "body": [{"line": {"words": "roses are red"}}]},
    "a text under another name": {"type": "text", "value": "roses are red"},
    "a reasoning that is a mapping": {"type": "reasoning", "reasoning": {"a": "roses are red"}},
    "more in a text": {"type": "text", "text": "x", "note": "roses are red"},
    "code": {"type": "code_interpreter_call", "code": "roses are red"},
    "executable code": {"type": "executable_code", "executable_code": "roses are red"},
}


@pytest.mark.parametrize("block", cases(UNKNOWN))
def test_an_unknown_form_is_readable_as_data(block):
    check_readable(quiet(calling(fake([{**block, "index": 0}]))), "roses are red")


def test_an_unknown_form_is_shown_under_its_own_name():
    run = quiet(calling(fake([{"type": "poem", "verse": "roses are red", "index": 0}])))

    for name in READABLE:
        assert "poem" in faces(run)[name]


PAIRS = [({"content": "Hello ", "type": "ai"}, {"model": "m"}), ({"content": "there"}, {})]
KEYS = ("content", ".", "0", "0.content")


def writing(pairs):
    def write(_):
        writer = get_stream_writer()
        for each in pairs:
            writer(each)

    return chain(write, state=Docs)


@pytest.mark.xfail(strict=True, reason="payloads that are pairs are not looked into")
def test_tokens_are_found_in_pairs_of_chunk_and_metadata():
    """The form of LangGraph's own guide for models outside LangChain."""
    runs = {key: quiet(writing(PAIRS), {"question": "x"}, tokens=key) for key in KEYS}
    working = [key for key, run in runs.items() if run.text() == "Hello there"]

    assert working
    for key, run in runs.items():
        assert key in working or any(f"`{each}`" in (run.diagnosis or "") for each in working)


@pytest.mark.xfail(strict=True, reason="payloads that are pairs are not looked into")
def test_tokens_in_pairs_are_offered():
    run = quiet(writing(PAIRS), {"question": "x"})

    assert "--tokens" in (run.diagnosis or "")


NESTED = [{"chunk": {"delta": {"text": "Hello "}}}, {"chunk": {"delta": {"text": "there"}}}]


@pytest.mark.xfail(strict=True, reason="the key of tokens is one field")
def test_tokens_are_found_deeper_down():
    assert quiet(writing(NESTED), {"question": "x"}, tokens="chunk.delta.text").text() == (
        "Hello there"
    )


def abandoned(run):
    """What the faces say of an answer that was abandoned after `partial `."""
    first, second = (m for m in run.messages if m.role == "ai")
    assert run.text() == "whole answer"
    assert "".join(p for b in first.blocks for p in b.pieces) == "partial "
    assert not first.done
    assert second.done
    assert "partial" in faces(run)["text"]


@pytest.mark.xfail(strict=True, reason="an answer that was abandoned looks finished")
def test_an_answer_that_a_retry_gave_up_does_not_look_finished():
    replies = [
        [as_chunk(each) for each in text] for text in (("partial ", "x"), ("whole ", "answer"))
    ]
    model = Fake(replies=replies, fail_after=(1, None))

    def reply(state: MessagesState):
        return {"messages": [model.invoke(state["messages"])]}

    builder = StateGraph(MessagesState).add_node(
        reply, retry_policy=RetryPolicy(initial_interval=0.01, retry_on=ConnectionError)
    )
    run = quiet(builder.add_edge(START, "reply").compile())

    abandoned(run)
    assert [task.attempt for task in run.tasks][-1] == 2


@pytest.mark.xfail(strict=True, reason="an answer that was abandoned looks finished")
def test_an_answer_that_a_fallback_replaced_does_not_look_finished():
    broken = fake("partial ", "x", fail_after=(1,))
    run = quiet(calling(broken.with_fallbacks([fake("whole ", "answer")])))

    abandoned(run)


def test_an_answer_that_an_error_cut_off_does_not_look_finished():
    widget = GraphWidget(calling(fake("partial ", "x", fail_after=(1,))))
    with pytest.raises(ConnectionError):
        widget.run("hi")

    [answer] = [m for m in widget.runs[-1].messages if m.role == "ai"]
    assert not answer.done


_BREAKPOINT = "of a breakpoint only [interrupted] is said"


@pytest.mark.xfail(strict=True, reason=_BREAKPOINT)
@pytest.mark.parametrize("place", ["interrupt_before", "interrupt_after"])
def test_a_breakpoint_says_what_is_next_and_how_to_continue(place):
    def first(_):
        return {"out": 1}

    def publish(_):
        return {"out": 2}

    node = "publish" if place == "interrupt_before" else "first"
    graph = chain(first, publish, state=Docs, checkpointer=InMemorySaver(), **{place: [node]})
    run = quiet(graph, {"question": "x"}, {"configurable": {"thread_id": "1"}})

    assert run.status == "interrupted"
    for name in READABLE:
        assert "publish" in faces(run)[name], name
        assert "None" in faces(run)[name], name


@pytest.mark.xfail(strict=True, reason="nothing is said of keys that the state does not have")
def test_a_misspelt_key_is_named():
    run = quiet(returning({"qestion": "y", "out": 1}, state=Docs), {"question": "x"})

    assert "qestion" in (run.diagnosis or "")
    assert "node0" in (run.diagnosis or "")


@pytest.mark.xfail(strict=True, reason="nothing is said of why a run went round in circles")
def test_a_recursion_limit_names_the_nodes_that_went_round():
    def again(_):
        return {"out": 1}

    builder = StateGraph(Docs).add_node(again).add_edge(START, "again").add_edge("again", "again")
    widget = GraphWidget(builder.compile(), config={"recursion_limit": 5})
    with pytest.raises(GraphRecursionError):
        widget.run({"question": "x"})

    assert "again" in (widget.runs[-1].diagnosis or "")
    assert "recursion_limit" in (widget.runs[-1].diagnosis or "")


def test_nothing_is_said_of_a_run_in_which_all_is_well():
    events, error = events_of(calling(fake("Hello")), {"messages": [("user", "hi")]})

    assert error is None
    assert "diagnosis" not in events[-1]
    assert said(quiet(calling(fake("Hello")))) == ["Hello"]
