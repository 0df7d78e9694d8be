"""A run as text for a terminal."""

import pytest

from lg_notebook import Run
from lg_notebook.model.filters import Filters
from lg_notebook.render.text_stream import texts
from tests.golden import golden


def run_of(name):
    return Run.from_events(golden(name)["events"])


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_text_for_a_terminal(size):
    run = run_of("agent")
    state = []
    out = ""
    for first in range(0, len(run), size):
        last = min(first + size, len(run))
        out += "".join(texts(run, Filters(), first, last, state))

    assert out == (
        '[input]\nhello\n\n[think]\n(tool_call) weather {"city": "Oslo"}\n\n'
        "[tools]\nsunny in Oslo\n\n[think]\nIt is sunny in Oslo.\n"
    )


def test_text_of_some_nodes_only():
    run = run_of("agent")

    out = "".join(texts(run, Filters.of(node="think"), 0, len(run), []))
    assert "[tools]" not in out
    assert out.endswith("[think]\nIt is sunny in Oslo.\n")


def test_a_subgraphs_path_heads_its_text():
    run = run_of("nested")

    assert "[expert › reply]\nAn expert speaks." in "".join(texts(run, Filters(), 0, len(run), []))


def test_an_early_end_is_shown():
    run = run_of("asking")

    assert "".join(texts(run, Filters(), 0, len(run), [])).endswith("\n[interrupted]\n")


def test_escape_sequences_do_not_reach_the_terminal():
    place = {"ns": [], "task": None, "node": "n", "step": None}
    start = {
        "type": "message-start", "seq": 0, "t": 0, "message": 0, "id": None, "role": "ai",
        "name": None, "origin": "streamed", "of": None, "tool_call_id": None, "metadata": {},
        **place,
    }  # fmt: skip
    said = "\x1b[2J\x1b]0;title\x07red\x1b[31m\x9b31m\ttab\r\nline"
    delta = {
        "type": "delta", "seq": 1, "t": 0, "message": 0, "block": 0, "kind": "text", "text": said,
        **place,
    }  # fmt: skip
    out = "".join(texts(Run.from_events([start, delta]), Filters(), 0, 2, []))

    assert not {"\x1b", "\x07", "\x9b"} & set(out)
    assert "red" in out
    assert "\ttab" in out
