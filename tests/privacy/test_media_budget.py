"""Images and files: whole within the budget, otherwise only their kind and size."""

import base64
import json
import re

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph

import lg_notebook
from lg_notebook import Run, settings, stream
from lg_notebook.privacy.media_budget import MediaBudget
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.render.mime_bundle import stored

VIEW = {"uid": "u", "graph": {}, "filters": {}, "form": False}


@pytest.fixture(autouse=True)
def _defaults():
    yield
    settings.reset()


def picture(size, fill=b"\x89"):
    data = base64.b64encode(fill * size).decode()
    return {"type": "image", "base64": data, "mime_type": "image/png"}


def run_of(*blocks, text="Look."):
    def draw(_):
        return {"messages": [AIMessage([{"type": "text", "text": text}, *blocks], id="a")]}

    graph = StateGraph(MessagesState).add_node(draw).add_edge(START, "draw").compile()
    return Run.from_events(stream(graph, {"messages": [HumanMessage("Draw.")]}))


def kept(run):
    return [data for block in run.messages[-1].blocks for data in block.data]


def test_a_usual_picture_is_kept_whole_live_and_stored_and_in_a_page():
    given = picture(200_000)
    run = run_of(given)

    assert kept(run) == [given]
    assert given["base64"] in json.dumps(stored([run], VIEW))
    assert given["base64"] in run.to_html()
    [again] = lg_notebook.read_notebook({"cells": [{"outputs": [{"metadata": {
        "application/vnd.lg-notebook.run+json": stored([run], VIEW)}}]}]})  # fmt: skip
    assert kept(again) == [given]


def test_of_a_larger_one_only_kind_and_size_are_told():
    [data] = kept(run_of(picture(300_000)))

    assert data["mime_type"] == "image/png"
    assert re.fullmatch(r"[\w+/]{64}… \(399,936 more characters\)", data["base64"])


def test_the_limit_is_a_setting():
    settings.media_bytes = 300_000

    assert kept(run_of(picture(300_000))) == [picture(300_000)]


def test_pictures_of_one_run_share_what_can_be_stored():
    settings.stored_bytes = 600_000
    shapes = [len(data["base64"]) for data in kept(run_of(*[picture(200_000)] * 4))]

    assert [size > 200_000 for size in shapes] == [True, True, False, False]


def test_where_a_run_finds_no_room_its_pictures_go_before_its_words():
    run = run_of(picture(100_000), picture(300), text="word " * 2_000)
    store = stored([run], VIEW, limit=12_000)
    [again] = lg_notebook.read_notebook({"cells": [{"outputs": [{"metadata": {
        "application/vnd.lg-notebook.run+json": store}}]}]})  # fmt: skip

    assert again.text() == run.text()
    assert [len(data["base64"]) < 100 for data in kept(again)] == [True, False]
    assert store["cut"] == "1 of its pictures and files is left out: the limit is 12,000 bytes."


def test_a_secret_in_a_file_is_masked():
    data = {"type": "file", "data": "x sk-1234567890 y", "mime_type": "text/plain"}
    shown = MediaBudget().take(data, Redactor({"api_key": "sk-1234567890"}, environ={}))

    assert "sk-1234567890" not in json.dumps(shown)
