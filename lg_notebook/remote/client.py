"""LangGraph's clients: the keys they hold, and the changes that a watched run needs."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import httpx
from langgraph_sdk.schema import StreamPart

from lg_notebook.remote.actions import Cancel, Open

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from lg_notebook.remote.actions import Delete, Join

_SECRET = re.compile("auth|key|token|secret|passw|cookie|credential|session", re.IGNORECASE)
"""Names of headers, cookies and parameters that may hold a key."""


def credentials(graph: Any) -> dict[str, Any]:
    """Collect the keys that a graph's clients send to its server.

    Args:
        graph: A graph (see `as_graph.as_graph`); a local one has no keys.

    Returns:
        The values of headers, cookies and parameters whose names say that they are keys, and the
        passwords in addresses.

    Example:
        >>> credentials(RemoteGraph("agent", url="http://127.0.0.1:2024", api_key="sk-12345678"))
        {'api_keys': ['sk-12345678', 'sk-12345678']}
    """
    found: list[str] = []
    for client in (getattr(graph, "client", None), getattr(graph, "sync_client", None)):
        http = http_client(client)
        if http is None:
            continue
        url = http.base_url
        named = [*http.headers.items(), *http.cookies.items(), *url.params.items()]
        found += [value for name, value in named if _SECRET.search(name)]
        # A name without a password is the key itself.
        found += [value for value in (url.password or url.username,) if value]
    return {"api_keys": found} if found else {}


def http_client(client: Any) -> Any:
    """Find the `httpx` client within one of LangGraph's; None if there is none."""
    return getattr(getattr(client, "http", None), "client", None)


class StandIn:
    """An object with some attributes replaced.

    Args:
        thing: The object.
        replaced: The attributes to replace.

    Example:
        >>> StandIn("abc", upper=lambda: "XYZ").upper()
        'XYZ'
    """

    def __init__(self, thing: Any, **replaced: Any) -> None:
        self._thing = thing
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing, name)


def without_rejoining(client: Any) -> Any:
    """Build a client's `runs` that does not join again by itself after a lost connection.

    LangGraph's client would join after the last id, and lose the parts that share it (see
    `Position`). It does so if a `Location` header says where to join, so this removes the header.
    Clients before 0.3 yield no ids and are returned unchanged.

    Args:
        client: LangGraph's client, sync or async.
    """
    http = http_client(client)
    if "id" not in getattr(StreamPart, "_fields", ()) or http is None:
        return client.runs

    def unlocated(response: httpx.Response) -> httpx.Response:
        response.headers.pop("location", None)
        return response

    @contextlib.contextmanager
    def stream(*args: Any, **more: Any) -> Iterator[httpx.Response]:
        with http.stream(*args, **more) as response:
            yield unlocated(response)

    @contextlib.asynccontextmanager
    async def astream(*args: Any, **more: Any) -> AsyncIterator[httpx.Response]:
        async with http.stream(*args, **more) as response:
            yield unlocated(response)

    either = astream if isinstance(http, httpx.AsyncClient) else stream
    return type(client.runs)(type(client.http)(StandIn(http, stream=either)))


def open_stream(runs: Any, action: Open | Join) -> Any:
    """Open a run's stream.

    Args:
        runs: The runs of either client; those of the async one return an async stream.
        action: Whether to begin the run or to join it.
    """
    if isinstance(action, Open):
        return runs.stream(**action.arguments)
    return runs.join_stream(**action._asdict())


def request(client: Any, action: Cancel | Delete) -> Any:
    """Send a request at a run's end.

    Args:
        client: Either client; the async one returns an awaitable.
        action: What to ask for.
    """
    if isinstance(action, Cancel):
        return client.runs.cancel(*action)
    return client.threads.delete(*action)
