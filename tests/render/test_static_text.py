"""A run as plain text."""

import pytest

from lg_notebook import Run, stream
from lg_notebook.render.static_text import to_text
from tests.golden import NAMES, golden
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, chat


def spoken(text, **more):
    run = Run.from_events(stream(chat(Scripted(replies=[say(text, **more)])), HELLO))
    assert run.status == "done"
    return run


@pytest.mark.parametrize("name", NAMES)
def test_text_reads_like_the_run(name):
    run = Run.from_events(golden(name)["events"])
    text = to_text(run)

    for message in run.messages:
        assert message.text in text
        assert f"{message.node or message.origin}]" in text


def test_text_of_a_run():
    assert to_text(Run.from_events(golden("agent")["events"])) == (
        "[input] human\nhello\n\n"
        '[think]\n(tool_call) weather({"city": "Oslo"})\n\n'
        "[tools] weather · tool\nsunny in Oslo\n\n"
        "[think]\nIt is sunny in Oslo."
    )


def test_escape_sequences_do_not_reach_a_terminal():
    text = to_text(spoken("\x1b]0;x\x07\x1b[31mred\x9b0m\x7f\r\n\ttab"))

    assert text.endswith("␛]0;x␇␛[31mred\ufffd0m\ufffd\n\ttab")
