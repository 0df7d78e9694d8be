"""A kernel that is killed in mid-run: its recording has all but the last second."""

import signal

import pytest

from lg_notebook import Run
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import to_text
from tests.kernels import PATIENCE, kernel
from tests.slow import eventually

pytestmark = pytest.mark.kernel

SETUP = """%load_ext lg_notebook
import time
from tests.graphs import zoo
from tests.slow import Slow

class Reporting(Slow):
    def _stream(self, *args, **more):
        with open({said!r}, "w") as file:
            for chunk in super()._stream(*args, **more):
                print(time.monotonic(), chunk.text, file=file, flush=True)
                yield chunk

    async def _astream(self, *args, **more):
        with open({said!r}, "w") as file:
            async for chunk in super()._astream(*args, **more):
                print(time.monotonic(), chunk.text, file=file, flush=True)
                yield chunk

graph = zoo.{graph}(Reporting(text=" ".join(f"word{{n}}" for n in range(500))))"""


def times(path):
    """When each word was said, by the kernel's own clock."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [line.split(" ", 1) for line in lines]
    return [(float(at), text.strip()) for at, text in rows if text.strip()]


def lasted(path):
    """Seconds between the first word and the last one so far."""
    rows = times(path)
    return rows[-1][0] - rows[0][0] if rows else 0


@pytest.mark.parametrize("graph", ["joke", "ajoke"])
def test_a_killed_kernel_loses_at_most_the_last_second(graph, tmp_path):
    path, said = tmp_path / "killed.jsonl", tmp_path / "said.txt"
    with kernel(SETUP.format(graph=graph, said=str(said))) as made:
        made.client.execute(f"%%lgstream graph --record {path}\n{{'topic': 'x'}}")
        assert eventually(lambda: lasted(said) > 2, PATIENCE)
        made.manager.signal_kernel(signal.SIGKILL)
        assert eventually(lambda: not made.manager.is_alive(), PATIENCE)

    run = Run.load(path)
    words = run.text().split()
    last = words[-1]

    assert words == [f"word{n}" for n in range(len(words))]
    at = {word: moment for moment, word in times(said)}
    assert at[last] > times(said)[-1][0] - 1
    # It has no end, because the killed kernel could not write one, and its status says so.
    assert run.status == "running"
    assert "The run had not ended." in to_text(run)
    assert "The run had not ended." in to_html(run)
    assert run.replay(speed=None, view="quiet").status == "stopped"
