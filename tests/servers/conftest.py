"""The servers, started once; and ways to them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from langgraph.pregel.remote import RemoteGraph

from tests.servers.proxy import Proxy
from tests.servers.servers import Server

COMMANDS = {
    "python": ("LANGGRAPH_CLI", ["dev", "--no-browser", "--no-reload", "--host", "127.0.0.1"]),
    "javascript": ("LANGGRAPHJS_CLI", ["dev", "--no-browser", "--host", "127.0.0.1"]),
}


def made(name: str, factory: pytest.TempPathFactory) -> Server:
    """A server, not yet started; the test is left out where its program is missing."""
    variable, arguments = COMMANDS[name]
    program = os.environ.get(variable)
    if not program:
        pytest.skip(f"{variable} names no server: `python dev.py test remote` installs them")
    return Server(name, [program, *arguments], factory.mktemp(name))


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """The servers started so far, by name."""
    found: dict[str, Server] = {}
    yield found
    for each in found.values():
        each.kill()


@pytest.fixture(params=list(COMMANDS))
def server(
    request: pytest.FixtureRequest,
    servers: dict[str, Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Server:
    """Each of the servers."""
    name = request.param
    if name not in servers:
        servers[name] = made(name, tmp_path_factory)
        servers[name].start()
    return servers[name]


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """A way to the server that can be cut."""
    way = Proxy(server.port)
    yield way
    way.close()


@pytest.fixture
def thread() -> dict[str, dict[str, str]]:
    """A config with a new thread."""
    return {"configurable": {"thread_id": str(uuid.uuid4())}}


def remote(name: str, url: str) -> RemoteGraph:
    """A graph of a server."""
    return RemoteGraph(name, url=url)
