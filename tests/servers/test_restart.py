"""A server that is killed in mid-run, and started again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

import lg_notebook
from tests.servers.conftest import COMMANDS, made, remote
from tests.servers.proxy import Proxy
from tests.servers.servers import Server

pytestmark = [pytest.mark.remote, pytest.mark.timeout(120)]


@pytest.fixture(params=list(COMMANDS))
def mortal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server of this test's own."""
    server = made(request.param, tmp_path_factory)
    server.start()
    yield server
    server.kill()


async def test_what_came_before_a_restart_stays(mortal: Server, thread: Any) -> None:
    widget = lg_notebook.GraphWidget(remote("long", mortal.url), config=thread)
    given = {"messages": [{"role": "user", "content": "killed 400"}]}
    running = asyncio.ensure_future(widget.arun(given))
    while not (widget.runs and widget.runs[0].text().startswith("0 1 2 3 ")):
        await asyncio.sleep(0.02)
    mortal.kill()
    await asyncio.to_thread(mortal.start)
    with contextlib.suppress(RuntimeError):
        await running
    run = widget.runs[-1]
    # Neither server remembers such a run; every token that had come is there.
    assert run.status == "error"
    assert str(run.exception).startswith(
        f"LangGraph's server at {mortal.url} does not know the run"
    )
    assert run.messages[1].text.startswith("0 1 2 3 ")
    # The new server is as good as the old one.
    again = await lg_notebook.awatch(
        remote("long", mortal.url),
        {"messages": [{"role": "user", "content": "again 9"}]},
        view="quiet",
    )
    assert again.status == "done"
    assert again.text().startswith("0 1 2 3 4 5 6 7 8")


async def test_a_connection_that_stays_lost_is_one_sentence(
    server: Server, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lg_notebook.remote.run_machine.PAUSES", ())
    widget = lg_notebook.GraphWidget(remote("long", proxy.url))
    given = {"messages": [{"role": "user", "content": "away 100"}]}
    running = asyncio.ensure_future(widget.arun(given))
    while not (widget.runs and widget.runs[0].text().startswith("0 1 2 3 ")):
        await asyncio.sleep(0.02)
    proxy.cut()
    with pytest.raises(RuntimeError, match="was lost and the run could not be joined again"):
        await running
    assert widget.runs[0].status == "error"
    assert widget.runs[0].messages[1].text.startswith("0 1 2 3 ")
