"""A run of a graph on a server: joined again after a lost connection, and cancelled there.

`RemoteGraph` hides the run's id and the events' ids, which are needed to join a run again or to
cancel it. So its clients get a stand-in for `runs.stream` that notes them. What to do next is
decided by `RunMachine`; here it is done, by the sync and by the async client.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import inspect
import logging
import threading
import weakref
from typing import TYPE_CHECKING, Any

from lg_notebook.remote.actions import Pause, ReadInfo, ReadStatus
from lg_notebook.remote.client import (
    StandIn,
    http_client,
    open_stream,
    request,
    without_rejoining,
)
from lg_notebook.remote.errors import address, explained
from lg_notebook.remote.run_machine import RunMachine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from lg_notebook.remote.actions import Action, Cancel, Delete

_LOG = logging.getLogger(__name__)

PATIENCE = 2.5
"""Seconds that cancelling a run may take: less than a stop waits for the run's end."""

_javascript: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()
"""Whether a client's server is the one for JavaScript."""

_leaving: set[asyncio.Future[Any]] = set()
"""Tasks that cancel runs, which a loop itself holds only weakly."""


class Remote:
    """One run of a remote graph.

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
            runs = StandIn(self._client.runs, stream=self._aparts)
            self._graph.client = StandIn(self._client, runs=runs)
        if self._sync_client is not None:
            runs = StandIn(self._sync_client.runs, stream=self._parts)
            self._graph.sync_client = StandIn(self._sync_client, runs=runs)
        http = http_client(self._client) or http_client(self._sync_client)
        self._address = "its address" if http is None else address(http.base_url)
        self._machine = RunMachine()
        self._stopped = threading.Event()

    def stream(self, input: object, arguments: Mapping[str, Any]) -> Iterator[Any]:  # noqa: A002
        """Run the graph on its server by its sync client.

        Args:
            input: The graph's input.
            arguments: LangGraph's for `stream`.

        Yields:
            What `RemoteGraph.stream` yields.

        Raises:
            ServerError: The run failed, or could not be read to its end.
        """
        try:
            yield from self._graph.stream(input, **arguments)
        except Exception as error:  # noqa: BLE001 - raised again, in one sentence or as it is
            raise self._explained(error) from None
        finally:
            self.close()

    async def astream(self, input: object, arguments: Mapping[str, Any]) -> AsyncIterator[Any]:  # noqa: A002
        """Run the graph on its server by its async client (see `stream`)."""
        try:
            async for item in self._graph.astream(input, **arguments):
                yield item
        except Exception as error:  # noqa: BLE001 - raised again, in one sentence or as it is
            raise self._explained(error) from None
        finally:
            await self.aclose()

    def _explained(self, error: Exception) -> Exception:
        return explained(error, self._address, began=self._machine.run_id is not None)

    # ---- streaming ------------------------------------------------------------------

    def _begin(self, client: Any, arguments: Mapping[str, Any]) -> Action:
        resumable = {
            "stream_resumable": True,
            "on_disconnect": "continue",
            "on_run_created": self._created,
        }
        known = inspect.signature(client.runs.stream).parameters
        return self._machine.begin(
            arguments,
            javascript=_javascript.get(http_client(client)),
            resumable={name: resumable[name] for name in resumable if name in known},
        )

    def _created(self, metadata: Mapping[str, Any]) -> None:
        self._machine.created(metadata)
        if self._stopped.is_set():
            self.stop()

    def _informed(self, client: Any, info: Any) -> Action:
        javascript = isinstance(info, dict) and info.get("context") == "js"
        _javascript[http_client(client)] = javascript
        return self._machine.informed(javascript=javascript)

    def _failed(self, action: Action, error: Exception) -> Action:
        following = self._machine.failed(error)
        # No more than names: arguments and addresses may hold secrets.
        _LOG.debug("%s: %s, then %s", *(type(each).__name__ for each in (action, error, following)))
        return following

    def _parts(self, **arguments: Any) -> Iterator[Any]:
        """Stream a run's parts: what the sync client does instead of its own `runs.stream`."""
        client, machine = self._sync_client, self._machine
        runs = without_rejoining(client)
        action = self._begin(client, arguments)
        while action is not None:
            try:
                if isinstance(action, ReadInfo):
                    action = self._informed(client, client.http.get("/info"))
                elif isinstance(action, ReadStatus):
                    action = machine.found(client.runs.get(*action)["status"])
                elif isinstance(action, Pause):
                    action = machine.paused(stopped=self._stopped.wait(action.seconds))
                else:
                    for part in open_stream(runs, action):
                        yield from machine.take(part)
                    yield from machine.rest()
                    action = machine.ended()
            except Exception as error:  # noqa: BLE001, PERF203 - the machine raises again what it does not handle
                action = self._failed(action, error)

    async def _aparts(self, **arguments: Any) -> AsyncIterator[Any]:
        """Stream a run's parts: what the async client does instead of its own `runs.stream`."""
        client, machine = self._client, self._machine
        runs = without_rejoining(client)
        action = self._begin(client, arguments)
        while action is not None:
            try:
                if isinstance(action, ReadInfo):
                    action = self._informed(client, await client.http.get("/info"))
                elif isinstance(action, ReadStatus):
                    action = machine.found((await client.runs.get(*action))["status"])
                elif isinstance(action, Pause):
                    await asyncio.sleep(action.seconds)
                    action = machine.paused(stopped=self._stopped.is_set())
                else:
                    stream = open_stream(runs, action)
                    while (part := await self._next(stream)) is not None:
                        for new in machine.take(part):
                            yield new
                    for new in machine.rest():
                        yield new
                    action = machine.ended()
            except Exception as error:  # noqa: BLE001, PERF203 - the machine raises again what it does not handle
                action = self._failed(action, error)

    async def _next(self, stream: Any) -> Any:
        """Read the next part; None after the last.

        If the caller is cancelled while the server creates the run, this waits for the run's id.
        Without it, the run could not be cancelled.
        """
        if self._machine.run_id is not None:
            return await anext(stream, None)
        first = asyncio.ensure_future(anext(stream, None))
        try:
            return await asyncio.shield(first)
        except asyncio.CancelledError:
            await asyncio.wait({first}, timeout=PATIENCE)
            first.cancel()
            raise

    # ---- the end --------------------------------------------------------------------

    def stop(self) -> None:
        """Cancel the run on its server, from any thread, without waiting for that."""
        self._stopped.set()
        if self._sync_client is not None and self._machine.run_id is not None:
            threading.Thread(target=self._cancel, name="lg_notebook-cancel", daemon=True).start()

    def _cancel(self) -> None:
        cancel = self._machine.cancel()
        if cancel is not None:
            self._perform(cancel)

    def close(self) -> None:
        """Leave nothing on the server: cancel the run, delete a thread of our own."""
        for action in self._machine.leave():
            self._perform(action)

    def _perform(self, action: Cancel | Delete) -> None:
        with _tried(action):
            request(self._sync_client, action)

    async def aclose(self) -> None:
        """Leave nothing on the server (see `close`); wait for that, but not for long."""
        if self._machine.run_id is None:
            return
        task = asyncio.ensure_future(self._leave())
        _leaving.add(task)
        task.add_done_callback(_leaving.discard)
        # If this wait is cancelled or times out, the task continues.
        await asyncio.wait({task}, timeout=PATIENCE)

    async def _leave(self) -> None:
        for action in self._machine.leave():
            with _tried(action):
                await request(self._client, action)


@contextlib.contextmanager
def _tried(action: Cancel | Delete) -> Iterator[None]:
    """Pass over a request that fails at a run's end: the run has ended, or the server has."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - see above
        _LOG.debug("%s: %s", action, type(error).__name__)
