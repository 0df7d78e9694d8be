"""Hostile output in a real browser: nothing runs, no request is made, all is shown."""

import functools
import json

import pytest

from lg_notebook import Run
from lg_notebook.render.static_html import to_html
from tests.browser.view import RunView
from tests.hostile import PAYLOADS, prefixes

ELEMENTS = {"html", "head", "body", "article", "section", "div", "span", "details", "summary"}
ELEMENTS |= {"code", "pre", "b", "table", "tbody", "tr", "th", "td", "p"}

INSPECT = """() => [...document.querySelectorAll("*")].map(element => [
  element.localName, ...[...element.attributes].map(({name, value}) => `${name}=${value}`)])"""


class Trap:
    """Notices what a page does that no text may bring about."""

    def __init__(self, page, allowed=""):
        self.page = page
        self.caught = []
        self._allowed = allowed
        page.on("dialog", lambda dialog: self.caught.append(f"dialog: {dialog.message}"))
        page.on("popup", lambda popup: self.caught.append(f"window: {popup.url}"))
        page.on("framenavigated", self._moved)
        page.context.route("**/*", self._ask)
        self.armed = False

    def _moved(self, frame):
        if self.armed:
            self.caught.append(f"moved: {frame.url}")

    def _ask(self, route):
        url = route.request.url
        if self._allowed and url.startswith(self._allowed):
            route.continue_()
        else:
            self.caught.append(url)
            route.abort()

    def check(self):
        self.page.wait_for_timeout(300)
        assert self.caught == []
        assert self.page.evaluate("() => window.pwned") is None


def event(seq, type_, **more):
    place = {"ns": [], "task": None, "node": None, "step": None}
    return {"seq": seq, "t": seq * 1_000_000, **place, "type": type_, **more}


def run_of(text, evil):
    """A run in which everything that has a name has a hostile one."""
    place = {"ns": [f"{evil}:1"], "task": "t", "node": evil, "step": 1}
    start = {"message": 0, "id": evil, "role": "ai", "name": evil, "origin": "streamed", "of": None}
    start |= {"tool_call_id": None, "metadata": {evil: evil}}
    delta = functools.partial(event, type_="delta", message=0)
    call = {"kind": "tool_call", "call_id": "c", "name": evil}
    error = {"type": evil, "message": evil, "traceback": evil}
    return Run.from_events([
        event(0, "run-start", graph=evil, input={evil: evil}, started_at=0.0),
        event(1, "message-start", **{**place, **start}),
        delta(2, block=0, text=text, kind="text"),
        delta(3, block=1, text=evil, kind="reasoning"),
        delta(4, block=2, text=evil, **call),
        event(5, "interrupt", id=evil, value={evil: evil}),
        event(6, "run-end", status="error", error=error, duration=1, state={evil: evil}),
    ])  # fmt: skip


def parsed(text):
    """A text as HTML's parser passes it on."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def sendable(text):
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut at every position"])
def test_the_static_run(new_page, cut):
    texts = [
        (part, text)
        for text in map(sendable, PAYLOADS)
        for part in (prefixes(text) if cut else [text])
    ]
    page = new_page()
    trap = Trap(page)
    twins = (f"<article>{to_html(run_of(part, text))}</article>" for part, text in texts)
    page.set_content("<!doctype html><body>" + "".join(twins))

    for name, *attributes in page.evaluate(INSPECT):
        assert name in ELEMENTS
        assert all(each.startswith(("style=", "class=")) for each in attributes)
        assert "url(" not in "".join(attributes)
    for shown, (part, text) in zip(
        page.locator("article").evaluate_all("all => all.map(each => each.textContent)"),
        texts,
        strict=True,
    ):
        assert parsed(part) in shown
        assert shown.count(parsed(text)) >= 3
    page.evaluate(
        "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"
    )
    trap.check()


GRAPH = """
import itertools
from typing import TypedDict
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph

class Evil(GenericFakeChatModel):
    model: str = EVIL[0]

def answer(text):
    call = {"name": text, "args": {text: text}, "id": text}
    return AIMessage(text, name=text, tool_calls=[call])

llm = Evil(messages=itertools.cycle(map(answer, TEXTS)))
State = TypedDict("State", {"topic": str})
builder = StateGraph(State)
before = START
for name in NAMES:
    def node(state, name=name):
        settings = {"tags": [name], "metadata": {name: name}}
        for _ in range(len(TEXTS) // len(NAMES)):
            llm.invoke("go", settings)
        get_stream_writer()({name: name})
        if name == NAMES[-1]:
            raise ValueError(name)
        return {}
    builder.add_node(name, node)
    builder.add_edge(before, name)
    before = name
graph = builder.compile(name=EVIL[0])
%load_ext lg_notebook
""".strip()

STREAM = "%%lgstream graph\n{'topic': EVIL[0]}"


def test_a_graph_of_hostile_names(open_notebook, lab):
    texts = [sendable(text) for text in PAYLOADS if len(text) < 300 and "\x00" not in text]
    allowed = [text for text in texts if not set(text) & set(":|\n\r\u2028\u2029\x85\x0b\x0c")]
    names = [text for text in allowed if "<" in text and "pwned" in text][:12]
    texts = texts[: len(texts) // len(names) * len(names)]
    given = json.dumps({"EVIL": names, "NAMES": names, "TEXTS": texts})
    setup = f"import json\nglobals().update(json.loads({given!r}))"
    notebook = open_notebook(lab, [setup, GRAPH, STREAM])
    trap = Trap(notebook.page, allowed=lab.url)
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    view.wait_for_status("error")

    def check():
        notebook.until(
            lambda: view.messages.count() >= len(texts), "not all messages were shown", 60
        )
        bad = view.area.evaluate("""area => [...area.querySelectorAll(
          "script, iframe, object, embed, link, meta, base, img, video, audio, form[action], style"
        )].concat([...area.querySelectorAll(".lgn *")].filter(element =>
          [...element.attributes].some(({name, value}) => name.startsWith("on") ||
            (name === "href" && !/^(https?|mailto):/.test(value)))))
          .filter(element => !element.hasAttribute("data-lgn")).map(each => each.outerHTML)""")
        assert bad == []
        shown = view.area.text_content()
        for name in names:
            assert shown.count(name) >= len(texts) // len(names)
        trap.check()

    check()
    saved = notebook.save()
    assert names[0] in json.dumps(saved, ensure_ascii=False).replace('\\"', '"')
    notebook.end_kernel()
    notebook.trust(trusted=False)
    notebook.open()
    check()
