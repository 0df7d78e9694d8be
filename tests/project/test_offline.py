"""The tutorials' own rules: no network, and answers from the file beside each notebook."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import network, offline
from tests.kernels import ROOT, kernel

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

WAYS = {
    "a connection": "socket.create_connection(('127.0.0.1', 9))",
    "a name": "socket.getaddrinfo('localhost', 80)",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "a server": "socket.create_server(('127.0.0.1', 0))",
    "IPv6": "socket.socket(socket.AF_INET6)",
    "in async code": "asyncio.run(asyncio.open_connection('127.0.0.1', 9))",
    "a page": "urllib.request.urlopen('http://127.0.0.1:9')",
    "the model's server": "import xllamacpp",
}


@pytest.fixture(scope="module")
def told():
    """What every way of reaching a network leads to, in a process that has none."""
    tries = "".join(
        f"try:\n    {way}\nexcept Exception as error:\n    errors[{name!r}] = repr(error)\n"
        for name, way in WAYS.items()
    )
    code = (
        f"import runpy; runpy.run_path({network.__file__!r}, run_name='__main__')\n"
        f"import asyncio, json, socket, urllib.request\nerrors = {{}}\n{tries}"
        "one, other = socket.socketpair()\n"
        "async def wakes():\n    return await asyncio.to_thread(lambda: 'awake')\n"
        "print(json.dumps([errors, asyncio.run(wakes())]))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    errors, loop = json.loads(ended.stdout)
    assert loop == "awake", "event loops still run"
    return errors


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out(told, way):
    assert "There is no network here" in told[way]


@pytest.mark.kernel
def test_a_kernel_without_a_network_is_a_kernel_all_the_same(tmp_path):
    with offline.without_network(), kernel("import socket, asyncio") as made:
        assert made.value("await asyncio.to_thread(lambda: 'awake')") == "'awake'"
        assert made.run("socket.socket()").error == "PermissionError"


def test_the_environment_is_as_it_was(monkeypatch):
    monkeypatch.delenv("LG_NOTEBOOK_CASSETTE", raising=False)
    monkeypatch.setenv("LG_NOTEBOOK_CASSETTE_MODE", "all")
    answering = offline.answering(Path("notebooks/x.ipynb"), "none")
    with offline.environment(answering):
        assert {name: offline.os.environ[name] for name in answering} == answering

    assert "LG_NOTEBOOK_CASSETTE" not in offline.os.environ
    assert offline.os.environ["LG_NOTEBOOK_CASSETTE_MODE"] == "all"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_the_demo_model_answers_lies_beside_the_notebook(path):
    assert offline.cassette(path).is_file() == offline.asks(path)


def test_no_answer_is_there_for_a_notebook_that_is_not():
    names = {path.stem for path in NOTEBOOKS}

    assert {path.stem for path in (ROOT / "notebooks" / "cassettes").iterdir()} <= names
