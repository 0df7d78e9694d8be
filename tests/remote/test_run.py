"""Runs on a server, with a scripted one; `tests/remote` has the real ones."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_client, get_sync_client
from langgraph_sdk.schema import StreamPart

import lg_notebook
from lg_notebook.exceptions import GraphTypeError, ServerError
from lg_notebook.remote.client import credentials
from lg_notebook.remote.errors import address

KEY = "sk-remote-0123456789"
HEADER = "tenant-0123456789"
RUN = "11111111-1111-4111-8111-111111111111"
META = {"langgraph_node": "talk", "langgraph_checkpoint_ns": "talk:1", "ls_model_type": "chat"}


def chunk(text: str, **more: Any) -> tuple[str, Any]:
    fields = {"type": "AIMessageChunk", "content": text, "id": "m1", "tool_call_chunks": []}
    return "messages", [{**fields, **more}, META]


class Fake(ThreadingHTTPServer):
    """A server.

    Attributes:
        script: The events that a run streams.
        answer: The status and the body of whatever begins a run, instead.
        cut: After how many events the first connection is lost.
        unknown: Stream modes that it refuses.
        bodies: The bodies of the requests for a run.
        paths: Every request.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[tuple[str, Any]] = []
        self.answer: tuple[int, str] | None = None
        self.cut: int | None = None
        self.unknown: set[str] = set()
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.info: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def answer(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def handle_one(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        server.paths.append(f"{self.command} {path}")
        if path == "/info":
            self.answer(200, json.dumps(server.info))
        elif path.endswith("/stream") and self.command == "POST":
            given = json.loads(body)
            server.bodies.append(given)
            if server.answer is not None:
                self.answer(*server.answer)
            elif server.unknown & {*given["stream_mode"]}:
                self.answer(422, json.dumps({"detail": "bad stream_mode: " + path}))
            else:
                self.stream(0)
        elif path.endswith("/stream"):
            self.stream(1 + int(self.headers.get("Last-Event-ID") or -1))
        elif self.command == "GET":
            self.answer(200, json.dumps({"status": "success"}))
        else:
            self.answer(200, "{}")

    do_GET = do_POST = do_DELETE = handle_one  # noqa: N815 - the standard library's names

    def stream(self, first: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        thread = self.path.split("/")[2] if "/threads/" in self.path else "-"
        self.send_header("Content-Location", f"/threads/{thread}/runs/{RUN}")
        self.send_header("Location", f"/threads/{thread}/runs/{RUN}/stream")
        self.send_header("Content-Length", "1000000")  # never reached: a lost connection
        self.end_headers()
        last = self.server.cut
        for number, (event, data) in enumerate(self.server.script[first:last], first):
            part = f"id: {number}\nevent: {event}\ndata: {json.dumps(data)}\n\n"
            self.wfile.write(part.encode())
        self.wfile.flush()
        self.server.cut = None
        self.close_connection = True


@pytest.fixture(autouse=True)
def _nobody_asks_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What asks for a graph's drawing has ended with each test, before patches are undone."""
    yield
    for thread in threading.enumerate():
        if thread.name == "lg_notebook-blueprint":
            thread.join()


@pytest.fixture
def server() -> Iterator[Fake]:
    fake = Fake()
    threading.Thread(target=fake.serve_forever, args=(0.02,), daemon=True).start()
    yield fake
    fake.shutdown()
    fake.server_close()


def joke() -> list[tuple[str, Any]]:
    return [
        ("metadata", {"run_id": RUN, "attempt": 1}),
        *[chunk(piece) for piece in ("Why ", "did ", "it ", "melt?")],
        ("updates", {"talk": None}),
        ("values", {"said": "Why did it melt?"}),
        ("end", None),
    ]


async def ran(form: str, graph: Any, given: Any = None) -> lg_notebook.Run:
    if form == "sync":
        return await asyncio.to_thread(lg_notebook.watch, graph, given or {}, view="quiet")
    return await lg_notebook.awatch(graph, given or {}, view="quiet")


FORMS = pytest.mark.parametrize("form", ["sync", "async"])
NUMBERED = pytest.mark.skipif(
    "id" not in StreamPart._fields, reason="this client of LangGraph reports no ids"
)


@FORMS
async def test_it_asks_for_a_run_that_can_be_joined_and_cancelled(server: Fake, form: str):
    server.script = joke()
    run = await ran(form, RemoteGraph("agent", url=server.url))
    assert run.text() == "Why did it melt?"
    assert run.state == {"said": "Why did it melt?"}
    (asked,) = server.bodies
    assert asked["stream_resumable"] is True
    assert asked["on_disconnect"] == "continue"
    assert "tools" not in asked["stream_mode"]
    # The thread was made for the run alone.
    paths = [path for path in server.paths if not path.startswith("GET /assistants/")]
    assert paths[-1].startswith("DELETE /threads/")
    assert not [path for path in server.paths if path.endswith("/cancel")]


@NUMBERED
@FORMS
@pytest.mark.parametrize("cut", range(1, 8))
async def test_a_cut_anywhere(server: Fake, form: str, cut: int):
    server.script, server.cut = joke(), cut
    run = await ran(form, RemoteGraph("agent", url=server.url))
    assert run.text() == "Why did it melt?"
    assert len(run.messages[0].tokens) == 4
    assert len(server.bodies) == 1


@FORMS
async def test_modes_that_the_server_does_not_know_are_left_out(server: Fake, form: str):
    server.script, server.unknown = joke(), {"tasks"}
    run = await ran(form, RemoteGraph("agent", url=server.url))
    assert run.text() == "Why did it melt?"
    assert ["tasks" in each["stream_mode"] for each in server.bodies] == [True, False]


async def test_a_javascript_server_is_asked_for_checkpoints_too(server: Fake):
    """Else it fails on the values of subgraphs; they are not shown."""
    server.script, server.info = (
        [*joke()[:-1], ("checkpoints", {}), ("end", None)],
        {"context": "js"},
    )
    run = await ran("async", RemoteGraph("agent", url=server.url))
    assert run.status == "done"
    assert "checkpoints" in server.bodies[0]["stream_mode"]


def test_an_address_where_nobody_listens(monkeypatch: pytest.MonkeyPatch):
    # LangGraph's client tries several times, and waits between.
    monkeypatch.setattr("time.sleep", lambda _: None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(ServerError, match=rf"^LangGraph's server at {url} cannot be reached: "):
        lg_notebook.watch(RemoteGraph("agent", url=url), {}, view="quiet")


@FORMS
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, '{"detail": "Invalid token"}', r"refused the key \(401\): pass the right one"),
        (403, "", r"refused the key \(403\)"),
        (404, "No assistant found for “agent”.", r"refused the run \(404\): No assistant found"),
        (
            422,
            '{"detail": [{"msg": "thread_id is not a UUID"}]}',
            r"\(422\): thread_id is not a UUID\.$",
        ),
        (409, '{"detail": "Thread is busy"}', r"refused the run \(409\)"),
        (500, "<html>oops</html>", r"failed \(500\)"),
    ],
)
async def test_refusals_are_one_sentence(
    server: Fake, form: str, status: int, body: str, words: str
):
    server.answer = status, body
    with pytest.raises(ServerError, match=words) as caught:
        await ran(form, RemoteGraph("agent", url=server.url, api_key=KEY))
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)
    assert len(server.bodies) == 1


@FORMS
async def test_the_graphs_own_failure_keeps_what_came(server: Fake, form: str):
    failure = {"error": "ValueError", "message": "the cone is empty"}
    server.script = [*joke()[:4], ("error", failure)]
    widget = lg_notebook.GraphWidget(RemoteGraph("agent", url=server.url))
    with pytest.raises(RuntimeError) as caught:
        await (asyncio.to_thread(widget.run, {}) if form == "sync" else widget.arun({}))
    assert str(caught.value) == "The graph failed on the server: ValueError: the cone is empty"
    assert widget.runs[0].text() == "Why did it "


async def test_keys_reach_nothing_that_is_kept(server: Fake, tmp_path: Any):
    """The server gives them away; they are masked anyway."""
    url = server.url.replace("://", f"://{HEADER}:password-{KEY}@")
    graph = RemoteGraph("agent", url=url, api_key=KEY, headers={"X-Tenant-Auth": HEADER})
    event, (message, meta) = chunk(f"{KEY[:9]}")
    server.script = [
        *joke()[:2],
        (event, [message, meta]),
        chunk(f"{KEY[9:]} and {HEADER}"),
        ("custom", {"echo": KEY, "url": url}),
        ("error", {"error": "Leak", "message": f"no way in with {KEY} and {HEADER}"}),
    ]
    widget = lg_notebook.GraphWidget(graph)
    with pytest.raises(RuntimeError):
        await widget.arun({})
    run = widget.runs[0]
    run.save(tmp_path / "run.jsonl")
    run.to_html(tmp_path / "run.html")
    faces = [
        json.dumps(list(run.events), default=str),
        (tmp_path / "run.jsonl").read_text(encoding="utf-8"),
        (tmp_path / "run.html").read_text(encoding="utf-8"),
        run.to_markdown(),
        json.dumps(widget.get_state(), default=str),
        str(run.error),
    ]
    for face in faces:
        assert KEY not in face
        assert HEADER not in face
    assert "[masked]" in run.text()


def test_the_keys_of_a_client():
    graph = RemoteGraph("agent", url="http://127.0.0.1:1", headers={"Authorization": "Bearer abc"})
    assert "Bearer abc" in credentials(graph)["api_keys"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@example.com/api?key=123", "https://example.com"),
        ("http://[::1]:2024", "http://[::1]:2024"),
    ],
)
def test_an_address_shows_nothing_secret(url: str, shown: str):
    assert address(url) == shown


async def test_one_client_is_enough(server: Fake):
    server.script = joke()
    only = RemoteGraph("agent", client=get_client(url=server.url))
    assert (await lg_notebook.awatch(only, {}, view="quiet")).text() == "Why did it melt?"
    only = RemoteGraph("agent", sync_client=get_sync_client(url=server.url))
    assert (await lg_notebook.awatch(only, {}, view="quiet")).text() == "Why did it melt?"


def test_a_sync_run_without_a_sync_client_says_so(server: Fake):
    only = RemoteGraph("agent", client=get_client(url=server.url))
    with pytest.raises(GraphTypeError, match="its client has only an async form"):
        lg_notebook.watch(only, {}, sync=True, view="quiet")
