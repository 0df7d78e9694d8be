"""The cell magic on a graph of a server, in a real kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kernels import Kernel
from tests.servers.servers import Server, free_port, until

pytestmark = [pytest.mark.remote, pytest.mark.kernel, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    found = Kernel("%load_ext lg_notebook\nfrom langgraph.pregel.remote import RemoteGraph")
    yield found
    found.close()


def test_a_cell_shows_the_run_and_leaves_it(kernel: Kernel, server: Server) -> None:
    kernel.run(f"graph = RemoteGraph('agent', url={server.url!r}, api_key='sk-0123456789')")
    out = kernel.run("%%lgstream graph --as run\n{'messages': [('user', 'hi')]}")
    assert out.error is None, out.traceback
    twin = out.displays[-1][0]["text/plain"]
    assert "Why did the ice cream melt?" in twin
    assert twin.count("It was too cool to stay.") == 1
    assert "sk-0123456789" not in str(out.displays)
    assert kernel.run("print(run.status, run.text(node='write'))").out == (
        "done Why did the ice cream melt?\n"
    )


def test_filters_and_plain_text(kernel: Kernel, server: Server) -> None:
    kernel.run(f"graph = RemoteGraph('agent', url={server.url!r})")
    out = kernel.run(
        "%%lgstream graph --tag joke --view text --sync\n{'messages': [('user', 'hi')]}"
    )
    assert "Why did the ice cream melt?" in out.out
    assert "too cool" not in out.out


def test_a_raw_text_is_what_the_user_says(kernel: Kernel, server: Server) -> None:
    kernel.run(f"graph = RemoteGraph('agent', url={server.url!r})")
    out = kernel.run("%%lgstream graph --text --view text --sync --as run\nhi {there}")
    assert out.error is None, out.traceback
    assert "Why did the ice cream melt?" in out.out
    assert kernel.run("print(run.state['messages'][0]['content'])").out == "hi {there}\n"


def test_a_question_is_answered_in_another_cell(
    kernel: Kernel, server: Server, thread: dict[str, dict[str, str]]
) -> None:
    where = thread["configurable"]["thread_id"]
    kernel.run(f"graph = RemoteGraph('approval', url={server.url!r})")
    asked = kernel.run(f"%%lgstream graph --thread {where}\n{{'messages': [('user', 'hi')]}}")
    assert "May I?" in asked.displays[-1][0]["text/plain"]
    out = kernel.run(f"%%lgstream graph --thread {where} --resume 'yes'")
    assert out.error is None, out.traceback
    assert "You said yes." in out.displays[-1][0]["text/plain"]


def test_an_interrupt_stops_the_run_on_the_server(
    kernel: Kernel, server: Server, thread: dict[str, dict[str, str]]
) -> None:
    where = thread["configurable"]["thread_id"]
    kernel.run(f"graph = RemoteGraph('long', url={server.url!r})")
    out = kernel.run(
        f"%%lgstream graph --view text --thread {where}\n"
        "{'messages': [('user', 'interrupted 900')]}",
        interrupt_when=lambda so_far: "1 2 3" in so_far.out,
    )
    assert out.error == "KeyboardInterrupt"
    assert not {"pending", "running"} & {*server.runs(where)}
    assert "interrupted ended" not in server.noted()
    assert kernel.run("print(_run.status)").out == "stopped\n"


def test_a_run_in_the_background_is_stopped_on_the_server(
    kernel: Kernel, server: Server, thread: dict[str, dict[str, str]]
) -> None:
    where = thread["configurable"]["thread_id"]
    kernel.run(f"graph = RemoteGraph('long', url={server.url!r})")
    kernel.run(
        f"%%lgstream graph --background --view text --thread {where}\n"
        "{'messages': [('user', 'background 900')]}"
    )
    out = kernel.run(
        "import time\n"
        "while not _run.text().startswith('0 1 2'): time.sleep(0.02)\n"
        "_run.stop()\n"
        "print(_run.wait(60).status)"
    )
    assert out.out == "stopped\n"
    until(lambda: not {"pending", "running"} & {*server.runs(where)})
    assert "background ended" not in server.noted()


def test_a_graph_that_fails_on_its_server_ends_the_cell_with_one_sentence(
    kernel: Kernel, server: Server
) -> None:
    kernel.run(f"graph = RemoteGraph('failing', url={server.url!r})")
    out = kernel.run("%%lgstream graph\n{'messages': [('user', 'hi')]}")
    assert out.error == "ServerError"
    # Frames of ours and of LangGraph's client would tell nothing of what failed elsewhere.
    (line,) = out.traceback.splitlines()
    assert line.startswith("ServerError: The graph failed on the server: ")
    assert "the cone is empty" in line


def test_a_server_that_is_not_there_is_one_sentence(kernel: Kernel) -> None:
    kernel.run(f"graph = RemoteGraph('agent', url='http://127.0.0.1:{free_port()}')")
    out = kernel.run("%%lgstream graph\n{'messages': []}")
    assert "cannot be reached: check that it is running" in out.err
    assert "Traceback" not in out.err
    assert out.displays == []
