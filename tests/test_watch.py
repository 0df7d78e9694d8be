"""`watch` and `awatch`, in a plain script."""

import asyncio
import inspect
import subprocess
import sys

import pytest

from lg_notebook import awatch, watch
from tests.graphs.zoo import TOPIC, ajoke, chat, joke, parallel
from tests.slow import Slow

TOPICS = {"topic": "cats", "texts": []}


def test_signatures_are_twins():
    blocking = dict(inspect.signature(watch).parameters)
    assert blocking.pop("background").default is False
    assert blocking == dict(inspect.signature(awatch).parameters)


def test_prints_and_returns(capsys):
    run = watch(joke(), TOPIC)

    assert run.text() == "Why did the cone cry?"
    assert capsys.readouterr().out == "[call_model]\nWhy did the cone cry?\n"


async def test_awaited(capsys):
    run = await awatch(ajoke(), TOPIC)

    assert run.text() == "Why did the cone cry?"
    assert capsys.readouterr().out == "[call_model]\nWhy did the cone cry?\n"


async def test_beside_a_running_loop(capsys):
    assert watch(ajoke(), TOPIC).status == "done"
    assert "cone" in capsys.readouterr().out


def test_a_string_is_a_message(capsys):
    watch(chat(), "hi")

    assert capsys.readouterr().out == "[input]\nhi\n\n[reply]\nHello **there**, friend.\n"


def test_some_nodes(capsys):
    run = watch(parallel(), TOPICS, node="write_joke")

    assert capsys.readouterr().out == "[write_joke]\na joke about it\n"
    assert len(run.messages) == 2


def test_quiet(capsys):
    watch(joke(), TOPIC, view="quiet")

    assert capsys.readouterr().out == ""


def test_a_view_that_does_not_exist():
    with pytest.raises(ValueError, match="view is one of auto, widget, text, html and quiet"):
        watch(joke(), TOPIC, view="3d")


def test_bad_graphs_and_nodes():
    with pytest.raises(TypeError, match="is not a graph"):
        watch(3, TOPIC)
    with pytest.raises(ValueError, match="did you mean"):
        watch(joke(), TOPIC, node="call")


async def test_a_timeout_cancels_it_as_any_other_coroutine():
    model = Slow()

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(awatch(ajoke(model), TOPIC, view="quiet"), 2)
    assert model.let_go.is_set()


SCRIPT = """
from tests.graphs.zoo import TOPIC, joke
from lg_notebook import GraphWidget, watch
run = watch(joke(), TOPIC)
assert GraphWidget(joke()).run(TOPIC).text() == run.text()
"""


def test_a_script_of_its_own():
    ended = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", SCRIPT],
        capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip

    assert ended.stderr == ""
    assert ended.stdout == "[call_model]\nWhy did the cone cry?\n"
