"""Measure the page that shows a run, compared with other ways to show one.

It uses a real JupyterLab in a real browser. Each way has its own notebook and its own kernel,
one after the other.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import sync_playwright

from bench.row import Row
from scripts import chromium
from tests.browser.notebook import BrowserNotebook
from tests.browser.server import JupyterServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from typing_extensions import Self

_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 60
"""Time limit of each way."""
_RUNS = 60
_ROUNDS = 3
"""Rounds of lg_notebook, whose median counts."""
_STEADY = 10_000
_LETTERS = 3.0
"""Characters in an average token, without spaces."""
_WHOLE = 0.995
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-precise-memory-info")

_BEFORE = f"""
import sys
sys.path.insert(0, {str(_ROOT)!r})
from bench.graph import GRAPH, MODEL
from IPython.display import Markdown, display
import ipywidgets
MODEL.end = "The-End"

def tokens(count):
    for chunk, _ in GRAPH.stream({{"tokens": count}}, stream_mode="messages"):
        yield chunk.content
%load_ext lg_notebook
""".strip()

WAYS = {
    "lg_notebook": '%%lgstream GRAPH\n{{"tokens": {tokens}}}',
    "print(flush=True)": "for word in tokens({tokens}): print(word, end='', flush=True)",
    "display(Markdown), updated": (
        "text = ''; handle = display(Markdown(text), display_id=True)\n"
        "for word in tokens({tokens}):\n    text += word\n    handle.update(Markdown(text))"
    ),
    "ipywidgets.HTML +=": (
        "box = ipywidgets.HTML(); display(box)\nfor word in tokens({tokens}): box.value += word"
    ),
}

_WATCH = """([index, limit]) => {
  const area = document.querySelectorAll(".jp-Notebook .jp-Cell")[index]
    .querySelector(".jp-Cell-outputArea");
  const bench = window.bench = {longest: 0, frames: 0, seconds: null, letters: 0};
  const nodes = document.querySelectorAll("*").length;
  const heap = performance.memory.usedJSHeapSize;
  const began = performance.now();
  const observer = new PerformanceObserver(list => {
    for (const {duration} of list.getEntries()) bench.longest = Math.max(bench.longest, duration);
  });
  observer.observe({type: "longtask"});
  let over = false;
  const frame = () => { bench.frames += 1; if (!over) requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  const look = () => {
    const text = area.textContent;
    const whole = text.includes("The-End");
    if (!whole && performance.now() - began < limit * 1000) return setTimeout(look, 25);
    const seconds = (performance.now() - began) / 1000;
    // Drawing after the end counts too.
    setTimeout(() => {
      over = true;
      observer.disconnect();
      bench.letters = area.textContent.replace(/\\s/g, "").length;
      bench.figures = area.querySelector(".lgn-number")?.textContent ?? "";
      bench.nodes = document.querySelectorAll("*").length - nodes;
      bench.heap = performance.memory.usedJSHeapSize - heap;
      bench.whole = whole;
      bench.seconds = seconds;
    }, 1000);
  };
  look();
}"""

_LATENCY_CELLS = (
    f"""
import sys, time
sys.path.insert(0, {str(_ROOT)!r})
from bench.graph import Fast
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langgraph.graph import START, MessagesState, StateGraph
from lg_notebook import GraphWidget

times = []

class Slow(Fast):
    def _stream(self, *_, run_manager=None, **__):
        at = len(times)
        for word in (f"first{{at}}; ", "and ", "so ", f"last{{at}};"):
            time.sleep(0.06)
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word))
            if word.startswith("first"):
                times.append([time.time()])
            yield chunk

def call_model(state):
    Slow().invoke("go")
    times[-1].append(time.time())
    return {{}}

graph = StateGraph(MessagesState).add_node(call_model).add_edge(START, "call_model").compile()
widget = GraphWidget(graph)
display(widget)
""".strip(),
    # The view shows a new run immediately: the end of the run before needs time to appear.
    f"import asyncio\nfor _ in range({_RUNS}):\n    await widget.arun('go')\n    await asyncio.sleep(0.4)",
    "import json; print(json.dumps(times))",
)

_WATCH_WORDS = """() => {
  const area = document.querySelectorAll(".jp-Notebook .jp-Cell")[0]
    .querySelector(".jp-Cell-outputArea");
  window.seen = {};
  const painted = () => (performance.timeOrigin + performance.now()) / 1000;
  new MutationObserver(() => {
    const words = [...area.querySelectorAll("article")].at(-1)?.textContent ?? "";
    for (const [word] of words.matchAll(/(?:first|last)\\d+(?=;)/g)) {
      if (word in window.seen) continue;
      window.seen[word] = null;
      requestAnimationFrame(() => setTimeout(() => { window.seen[word] = painted(); }));
    }
  }).observe(area, {subtree: true, childList: true, characterData: true});
}"""


class _Lab:
    """A JupyterLab that opens notebooks."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._server = JupyterServer("lab", folder)
        self._count = 0

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shut_down_kernels()
        self._server.stop()

    def open(self, *cells: str) -> BrowserNotebook:
        """Open a notebook with these cells, in a new page and with a new kernel."""
        self._server.shut_down_kernels()
        self._count += 1
        path = self._server.files / f"bench-{self._count}.ipynb"
        notebook = nbformat.v4.new_notebook()
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, path)
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(120_000)
        return BrowserNotebook(page, self._server, path).open()


def _shown(lab: _Lab, way: str, tokens: int) -> dict[str, Any]:
    """Measure one way in its page."""
    notebook = lab.open(_BEFORE, WAYS[way].format(tokens=tokens))
    notebook.run(0)
    notebook.page.evaluate(_WATCH, [1, _SECONDS])
    notebook.start(1)
    notebook.until(
        lambda: notebook.page.evaluate("() => window.bench.seconds"), "the page was stuck", 600
    )
    measured: dict[str, Any] = notebook.page.evaluate("() => window.bench")
    notebook.page.context.close()
    return measured


def _rows(way: str, tokens: int, seen: dict[str, Any], ours: dict[str, Any]) -> Iterator[Row]:
    name = f"page, {tokens:,} tokens, {way}"
    # Our view has only a part of a long run in the page at a time, and counts its tokens.
    counted = f"{tokens + 1:,} tokens" in seen["figures"]
    share = 1.0 if counted else min(1.0, seen["letters"] / (_LETTERS * tokens))
    lost = "" if share > _WHOLE else f", but {1 - share:.0%} of it lost"
    ratio = "" if seen is ours else f" ({seen['seconds'] / ours['seconds']:.1f} × ours)"
    said = f"{seen['seconds']:.2f} s{ratio}{lost}"
    if not seen["whole"]:
        said = f"not in {_SECONDS} s; {share:.0%} of it is there"
    yield Row(f"{name}, text painted", said, seen["seconds"])
    bound = 50 if seen is ours and tokens == _STEADY else None
    yield Row(f"{name}, longest task", f"{seen['longest']:.0f} ms", seen["longest"], bound, "ms")
    rest = (
        f"{seen['frames']:.0f} frames, {seen['nodes']:,.0f} nodes, {seen['heap'] / 1e6:.0f} MB heap"
    )
    yield Row(name, rest, seen["frames"])


def _latency(lab: _Lab) -> Iterator[Row]:
    """Measure the delay of a run's first and last token on screen."""
    notebook = lab.open(*_LATENCY_CELLS)
    notebook.run(0)
    notebook.page.evaluate(_WATCH_WORDS)
    notebook.run(1, _RUNS * 5)
    notebook.page.wait_for_timeout(1000)
    notebook.run(2)
    times = json.loads(notebook.output(2).inner_text())
    seen = notebook.page.evaluate("() => window.seen")
    notebook.page.context.close()
    for at, (word, what, budget) in enumerate((
        ("first", "first token on screen after the model yields it", 100),
        ("last", "last token on screen after the run ends", 200),
    )):  # fmt: skip
        late = [
            (seen[f"{word}{run}"] - moment[at]) * 1000
            for run, moment in enumerate(times)
            if seen.get(f"{word}{run}") is not None
        ]
        middle, worst = statistics.median(late), statistics.quantiles(late, n=20)[-1]
        said = f"p95 {worst:.0f} ms (median {middle:.0f}, {len(late)} of {len(times)} runs)"
        yield Row(what, said, worst if len(late) == len(times) else float("inf"), budget, "ms")


def measure(sizes: list[int]) -> Iterator[Row]:
    """Measure the page that shows a run.

    Args:
        sizes: Tokens of the runs.

    Yields:
        Each measurement, when it is done.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.require(), args=list(_FLAGS))
        with _Lab(browser, Path(folder)) as lab:
            yield from _latency(lab)
            for tokens in sizes:
                rounds = [_shown(lab, "lg_notebook", tokens) for _ in range(_ROUNDS)]
                ours = {**rounds[-1]}
                for key in ("seconds", "longest", "frames", "nodes", "heap"):
                    ours[key] = statistics.median(each[key] for each in rounds)
                yield from _rows("lg_notebook", tokens, ours, ours)
                for way in [way for way in WAYS if way != "lg_notebook"]:
                    yield from _rows(way, tokens, _shown(lab, way, tokens), ours)
        browser.close()
