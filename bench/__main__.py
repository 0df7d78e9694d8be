"""`python -m bench`: measure against the budgets and print a table."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.kernel import Kernel
from bench.row import Row
from lg_notebook import bridge

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZES = {1_000: 30, 10_000: 15, 100_000: 5}
"""Tokens of a run → rounds."""

_STEADY = 10_000
_IMPORTS = 9


def cpu(kernel: Kernel, tokens: int, rounds: int) -> list[Row]:
    """Compare the CPU time of the whole path with the bare loop, by the median of the ratios."""
    rows, _ = kernel.run(f"bench.inside.compare({tokens}, {rounds})")
    out = []
    for path, budget in (("plain", None), ("recorded", None), ("whole", 1.15)):
        ratios = [mine / bare for mine, bare in zip(rows[path], rows["bare"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        each = statistics.median(rows[path]) / tokens * 1e6
        shown = f"{middle:.2f} × ({low:.2f}–{high:.2f}; {each:.0f} µs a token)"
        what = "a plain widget" if path == "plain" else f"{path} path"
        name = f"kernel CPU, {tokens:,} tokens, {what} / bare loop"
        out.append(Row(name, shown, middle, budget, "×"))
    return out


def wire(kernel: Kernel, tokens: int) -> list[Row]:
    """Compare one run's bytes and messages on the wire with its text."""
    _, traffic = kernel.run(f"bench.inside.whole({tokens}); None")
    seconds, _ = kernel.run(
        "import json, time; began = time.monotonic();"
        f"bench.inside.whole({tokens}); print(json.dumps(time.monotonic() - began))"
    )
    ratio = sum(traffic.sizes) / (4 * tokens)
    rate = traffic.messages / max(seconds, 1)
    # In short runs the few other events have more bytes than the text.
    budget = 1.5 if tokens >= _STEADY else None
    name = f"wire, {tokens:,} tokens"
    return [
        Row(f"{name}, bytes / bytes of text", f"{ratio:.2f} ×", ratio, budget, "×"),
        Row(f"{name}, messages", f"{traffic.messages} in {seconds:.2f} s", rate, 40, "a second"),
    ]


def bridged(tokens: int, rounds: int) -> list[Row]:
    """Compare the asyncio bridge with passing the config by hand, on Python < 3.11."""
    if not bridge.needed():
        return []
    from bench.bridge import compare  # noqa: PLC0415 - builds graphs, and needed only here

    rows = compare(tokens, rounds)
    out = []
    for path in ("everywhere", "scoped"):
        ratios = [mine / hand for mine, hand in zip(rows[path], rows["by_hand"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        each = statistics.median(rows[path]) / tokens * 1e6
        shown = f"{middle:.2f} × ({low:.2f}–{high:.2f}; {each:.0f} µs a token)"
        name = f"bridge, {tokens:,} tokens, {path} / config passed by hand"
        out.append(Row(name, shown, middle, 1.10, "×"))
    return out


def memory(kernel: Kernel, tokens: int) -> Row:
    """Measure the memory that a run keeps per token, besides its text."""
    measured, _ = kernel.run(f"bench.inside.memory({tokens})")
    each = measured["bytes"]
    return Row(f"memory, {tokens:,} tokens", f"{each:.0f} bytes a token", each, 100, "bytes")


def load() -> Row:
    """Time `%load_ext` in new interpreters that have imported langgraph."""
    code = (
        "from IPython.core.interactiveshell import InteractiveShell; import time;"
        "import langgraph.graph, langgraph.func, langgraph.prebuilt;"
        "shell = InteractiveShell.instance(); began = time.perf_counter();"
        "shell.run_line_magic('load_ext', 'lg_notebook'); print(time.perf_counter() - began)"
    )
    command = [sys.executable, "-c", code]
    runs = [subprocess.run(command, capture_output=True, check=True) for _ in range(_IMPORTS)]
    middle = statistics.median(float(run.stdout) for run in runs) * 1000
    return Row("%load_ext beyond importing langgraph", f"{middle:.0f} ms", middle, 150, "ms")


def shown(rows: Iterable[Row]) -> int:
    """Print each row when it is measured; return 0 if every budget is kept, else 1."""
    kept = True
    for row in rows:
        print(row, flush=True)
        kept = kept and row.kept
    return 0 if kept else 1


def main() -> int:
    """Measure; return 0 if every budget is kept, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["kernel", "browser"], default="kernel")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    arguments = parser.parse_args()
    sizes = dict(list(_SIZES.items())[:2]) if arguments.quick else _SIZES
    if arguments.what == "browser":
        from bench.browser import measure  # noqa: PLC0415 - needs JupyterLab and Playwright

        return shown(measure(list(sizes)))
    rows = [load(), *bridged(_STEADY, _SIZES[_STEADY])]
    with Kernel() as kernel:
        kernel.run("import bench.inside; bench.inside.bare(100); bench.inside.whole(100); None")
        for tokens, rounds in sizes.items():
            rows += cpu(kernel, tokens, rounds)
            rows += wire(kernel, tokens)
        rows.append(memory(kernel, max(sizes)))
    return shown(rows)


if __name__ == "__main__":
    sys.exit(main())
