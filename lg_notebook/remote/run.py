"""A run of a graph on a server: joined again after a lost connection, and cancelled there.

`RemoteGraph` hides the run's id and the events' ids, without which nothing can be joined or
cancelled. So its clients are given a stand-in that streams in their place, and notes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import inspect
import re
import threading
import uuid
import weakref
from typing import TYPE_CHECKING, Any

import httpx
from langgraph_sdk.schema import StreamPart

from lg_notebook.remote.errors import address, knows_not_the_modes, told
from lg_notebook.remote.stream_position import Position

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

PAUSES = (0.1, 0.5, 2.0, 4.0)
"""Seconds before each attempt to join a run again. Where nobody listens, LangGraph's client
itself tries for some seconds each time: together about half a minute, in which servers restart."""

PATIENCE = 2.5
"""Seconds that cancelling a run may take: less than a stop waits for what it stops."""

_SECRET = re.compile("auth|key|token|secret|passw|cookie|credential|session", re.IGNORECASE)
"""Names of headers, cookies and parameters that may hold a key."""

_UNDER_WAY = ("pending", "running")
_OVER = ("end", "error")
_BUSY = 429
_BROKEN = 500

_javascript: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()
_closing: set[asyncio.Future[Any]] = set()
"""What tells servers to cancel runs, which a loop itself holds only weakly."""


def credentials(graph: Any) -> dict[str, Any]:
    """The keys with which a graph's server is asked, by names that say that they are keys.

    Args:
        graph: A graph (see `as_graph.as_graph`); a local one has none.

    Returns:
        What its clients' headers, cookies and addresses hold of that kind.

    Example:
        >>> credentials(RemoteGraph("agent", url="http://127.0.0.1:2024", api_key="sk-12345678"))
        {'api_keys': ['sk-12345678', 'sk-12345678']}
    """
    found: list[str] = []
    for client in (getattr(graph, "client", None), getattr(graph, "sync_client", None)):
        http = _http(client)
        if http is None:
            continue
        url = http.base_url
        named = [*http.headers.items(), *http.cookies.items(), *url.params.items()]
        found += [value for name, value in named if _SECRET.search(name)]
        # A name without a password is the key itself.
        found += [value for value in (url.password or url.username,) if value]
    return {"api_keys": found} if found else {}


def _http(client: Any) -> Any:
    """The `httpx` client within one of LangGraph's."""
    return getattr(getattr(client, "http", None), "client", None)


class _StandIn:
    """An object with some attributes replaced."""

    def __init__(self, thing: Any, **instead: Any) -> None:
        self._thing = thing
        self.__dict__.update(instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing, name)


def _patient(client: Any) -> Any:
    """A client's runs, which do not join again by themselves after a lost connection.

    LangGraph's client would do so after the last id, and lose what shares it (see `Position`).
    It does where a `Location` says where to. Clients before 0.3 tell no ids, so that they are
    left to do what they can.
    """
    http = _http(client)
    if "id" not in getattr(StreamPart, "_fields", ()) or http is None:
        return client.runs

    def nowhere(response: httpx.Response) -> httpx.Response:
        response.headers.pop("location", None)
        return response

    @contextlib.contextmanager
    def stream(*args: Any, **more: Any) -> Iterator[httpx.Response]:
        with http.stream(*args, **more) as response:
            yield nowhere(response)

    @contextlib.asynccontextmanager
    async def astream(*args: Any, **more: Any) -> AsyncIterator[httpx.Response]:
        async with http.stream(*args, **more) as response:
            yield nowhere(response)

    either = astream if isinstance(http, httpx.AsyncClient) else stream
    return type(client.runs)(type(client.http)(_StandIn(http, stream=either)))


@contextlib.contextmanager
def _unless_unreachable() -> Iterator[None]:
    """Pass over what a server says to a question that is not the run; the run will tell.

    But where it cannot be reached, LangGraph's client has tried for seconds: that will do.
    """
    try:
        yield
    except httpx.ConnectError:
        raise
    except Exception:  # noqa: BLE001 - see above
        return


class Remote:
    """One run of a remote graph.

    Where the config has no thread, the run gets one of its own, which is deleted with its end:
    a run without any could be neither joined again nor cancelled on every server.

    Args:
        graph: A `RemoteGraph`.

    Example:
        >>> remote = Remote(RemoteGraph("agent", url="http://127.0.0.1:2024"))
        >>> for item in remote.stream({"topic": "ice cream"}, {"stream_mode": ["messages"]}):
        ...     print(item)
    """

    def __init__(self, graph: Any) -> None:
        self._client, self._sync_client = graph.client, graph.sync_client
        self._graph = copy.copy(graph)
        if self._client is not None:
            runs = _StandIn(self._client.runs, stream=self._aparts)
            self._graph.client = _StandIn(self._client, runs=runs)
        if self._sync_client is not None:
            runs = _StandIn(self._sync_client.runs, stream=self._parts)
            self._graph.sync_client = _StandIn(self._sync_client, runs=runs)
        http = _http(self._client) or _http(self._sync_client)
        self._address = "its address" if http is None else address(http.base_url)
        self._own = False
        self._thread: str | None = None
        self._run: str | None = None
        self._position = Position()
        self._tries = 0
        self._over = False
        self._closed = False
        self._halted = threading.Event()
        self._lock = threading.Lock()

    # ---- streaming ------------------------------------------------------------------

    def stream(self, input: object, arguments: Mapping[str, Any]) -> Iterator[Any]:  # noqa: A002
        """Run the graph on its server by its sync client.

        Args:
            input: The graph's input.
            arguments: LangGraph's for `stream`.

        Yields:
            What `RemoteGraph.stream` yields.

        Raises:
            ServerError: It could not be run to its end.
        """
        try:
            yield from self._graph.stream(input, **arguments)
        except Exception as error:  # noqa: BLE001 - told in better words, or as it is
            raise self._told(error) from None
        finally:
            self.close()

    async def astream(self, input: object, arguments: Mapping[str, Any]) -> AsyncIterator[Any]:  # noqa: A002
        """The async twin of `stream`, by the async client."""
        try:
            async for item in self._graph.astream(input, **arguments):
                yield item
        except Exception as error:  # noqa: BLE001 - told in better words, or as it is
            raise self._told(error) from None
        finally:
            await self.aclose()

    def _told(self, error: Exception) -> Exception:
        return told(error, self._address, began=self._run is not None)

    def _parts(self, **given: Any) -> Iterator[Any]:
        """What the sync client streams, in place of its own `runs.stream`."""
        client = self._sync_client
        if self._speaks_javascript(client) is None:
            with _unless_unreachable():
                self._note_kind(client, client.http.get("/info"))
        given = self._prepared(client, given)
        runs = _patient(client)
        stream = runs.stream(**given)
        while True:
            try:
                for part in stream:
                    yield from self._take(part)
                yield from self._position.rest()
                if self._over or not self._can_rejoin():
                    return
                if client.runs.get(self._thread, self._run)["status"] not in _UNDER_WAY:
                    self._over = True
                    return
                pause = PAUSES[0]
            except httpx.HTTPError as error:
                if self._over:  # nothing more was to come
                    return
                if self._simplify(given, error):
                    stream = runs.stream(**given)
                    continue
                pause = self._pause(error)
            if self._halted.wait(pause):
                return
            stream = runs.join_stream(**self._place())

    async def _aparts(self, **given: Any) -> AsyncIterator[Any]:
        """The async twin of `_parts`."""
        client = self._client
        if self._speaks_javascript(client) is None:
            with _unless_unreachable():
                self._note_kind(client, await client.http.get("/info"))
        given = self._prepared(client, given)
        runs = _patient(client)
        stream = runs.stream(**given)
        while True:
            try:
                async for part in self._read(stream):
                    yield part
                if self._over or not self._can_rejoin():
                    return
                run = await client.runs.get(self._thread, self._run)
                if run["status"] not in _UNDER_WAY:
                    self._over = True
                    return
                pause = PAUSES[0]
            except httpx.HTTPError as error:
                if self._over:  # nothing more was to come
                    return
                if self._simplify(given, error):
                    stream = runs.stream(**given)
                    continue
                pause = self._pause(error)
            await asyncio.sleep(pause)
            stream = runs.join_stream(**self._place())

    async def _read(self, stream: Any) -> AsyncIterator[Any]:
        """What is new in a stream."""
        while (part := await self._next(stream)) is not None:
            for new in self._take(part):
                yield new
        for new in self._position.rest():
            yield new

    async def _next(self, stream: Any) -> Any:
        """The next part; None after the last.

        Whoever is cancelled while the server creates the run waits until it says which: a run
        of which only the server knows could not be cancelled.
        """
        if self._run is not None:
            return await anext(stream, None)
        first = asyncio.ensure_future(anext(stream, None))
        try:
            return await asyncio.shield(first)
        except asyncio.CancelledError:
            await asyncio.wait({first}, timeout=PATIENCE)
            first.cancel()
            raise

    # ---- what is noted --------------------------------------------------------------

    def _prepared(self, client: Any, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments for `runs.stream` with what makes the run one to join and cancel."""
        more = {
            "stream_resumable": True,
            "on_disconnect": "continue",
            "on_run_created": self._created,
        }
        known = inspect.signature(client.runs.stream).parameters
        arguments = {**given, **{name: more[name] for name in more if name in known}}
        if arguments.get("thread_id") is None:
            if (arguments.get("command") or {}).get("resume") is not None:
                msg = (
                    "An interrupt is answered on the thread that waits for it: give its id in"
                    ' the config, as `{"configurable": {"thread_id": …}}` or by --thread.'
                )
                raise ValueError(msg)
            self._own = True
            arguments["thread_id"] = str(uuid.uuid4())
        self._thread = arguments["thread_id"]
        modes = arguments.get("stream_mode")
        if self._speaks_javascript(client) and isinstance(modes, list) and "values" in modes:
            # The JavaScript server fails on `values` of subgraphs where it does not stream
            # checkpoints as well (langgraph-api 2.0, `preprocessDebugCheckpoint`).
            arguments["stream_mode"] = [*modes, "checkpoints"]
        return arguments

    def _created(self, metadata: Mapping[str, Any]) -> None:
        """Note the run that the server made."""
        self._run = str(metadata["run_id"])
        if self._halted.is_set():
            self.halt()

    def _take(self, part: Any) -> list[Any]:
        """Note a part; give what is new."""
        new = self._position.take(part) if hasattr(part, "id") else [part]
        if new:
            self._tries = 0
            self._over = self._over or part.event in _OVER
        return new

    def _pause(self, error: httpx.HTTPError) -> float:
        """How long to wait before joining the run again.

        Raises:
            httpx.HTTPError: The same, where there is nothing to be joined.
        """
        lost = isinstance(error, httpx.TransportError)
        if isinstance(error, httpx.HTTPStatusError):
            status = error.response.status_code
            lost = status == _BUSY or status >= _BROKEN
        if not lost or not self._can_rejoin() or self._tries >= len(PAUSES):
            raise error
        self._tries += 1
        return PAUSES[self._tries - 1]

    def _can_rejoin(self) -> bool:
        return self._run is not None and self._position.known

    def _place(self) -> dict[str, Any]:
        """Where to join: the arguments for `runs.join_stream`."""
        return {
            "thread_id": self._thread,
            "run_id": self._run,
            "last_event_id": self._position.rejoin(),
        }

    def _simplify(self, given: dict[str, Any], error: httpx.HTTPError) -> bool:
        """Ask for fewer modes, if that is why the server refused the run; whether it is."""
        if self._run is not None or not isinstance(error, httpx.HTTPStatusError):
            return False
        modes = [
            mode for mode in given.get("stream_mode", ()) if mode not in {"tasks", "checkpoints"}
        ]
        if modes == given.get("stream_mode") or not knows_not_the_modes(error):
            return False
        given["stream_mode"] = modes
        return True

    def _speaks_javascript(self, client: Any) -> bool | None:
        """Whether the server is the one for JavaScript; None if it was not asked yet."""
        return _javascript.get(_http(client))

    def _note_kind(self, client: Any, info: Any) -> None:
        _javascript[_http(client)] = isinstance(info, dict) and info.get("context") == "js"

    # ---- the end --------------------------------------------------------------------

    def halt(self) -> None:
        """Cancel the run on its server, from any thread, without waiting for that."""
        self._halted.set()
        if self._sync_client is not None and self._run is not None:
            threading.Thread(target=self._cancel, name="lg_notebook-cancel", daemon=True).start()

    def close(self) -> None:
        """Leave nothing behind on the server: cancel what runs, delete a thread of our own."""
        self._cancel()
        if self._own and self._run is not None:
            with contextlib.suppress(Exception):
                self._sync_client.threads.delete(self._thread)

    async def aclose(self) -> None:
        """The async twin of `close`."""
        if self._run is None:
            return
        task = asyncio.ensure_future(self._leave())
        _closing.add(task)
        task.add_done_callback(_closing.discard)
        # Whoever has no more patience leaves it going on.
        await asyncio.wait({task}, timeout=PATIENCE)

    def _ours_to_cancel(self) -> bool:
        with self._lock:
            if self._over or self._run is None or self._closed:
                return False
            self._closed = True
            return True

    def _cancel(self) -> None:
        if self._ours_to_cancel():
            with contextlib.suppress(Exception):  # it has ended, or the server has
                self._sync_client.runs.cancel(self._thread, self._run)

    async def _leave(self) -> None:
        if self._ours_to_cancel():
            with contextlib.suppress(Exception):
                await self._client.runs.cancel(self._thread, self._run)
        if self._own:
            with contextlib.suppress(Exception):
                await self._client.threads.delete(self._thread)
