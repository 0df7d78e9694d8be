"""`python -m bench`: measures where the budgets stand and prints a table."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from typing import NamedTuple

from bench.kernel import Kernel

_SIZES = {1_000: 30, 10_000: 15, 100_000: 5}
"""Tokens of a run → rounds."""

_IMPORTS = 9


class Row(NamedTuple):
    """A budget and where it stands."""

    what: str
    measured: str
    budget: str
    kept: bool


def cpu(kernel: Kernel, tokens: int, rounds: int) -> list[Row]:
    """CPU of the whole path against the bare loop: the median of the rounds' own ratios."""
    rows, _ = kernel.run(f"bench.inside.compare({tokens}, {rounds})")
    out = []
    for path, budget in (("recorded", None), ("whole", 1.15)):
        ratios = [mine / theirs for mine, theirs in zip(rows[path], rows["bare"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        each = statistics.median(rows[path]) / tokens * 1e6
        out.append(
            Row(
                f"kernel CPU, {tokens:,} tokens, {path} path / bare loop",
                f"{middle:.2f} × ({low:.2f}–{high:.2f}; {each:.0f} µs a token)",
                f"≤ {budget} ×" if budget else "",
                budget is None or middle <= budget,
            )
        )
    return out


def wire(kernel: Kernel, tokens: int) -> list[Row]:
    """Bytes and messages of one run on the wire, against its text."""
    _, traffic = kernel.run(f"bench.inside.whole({tokens}); None")
    seconds, _ = kernel.run(
        "import json, time; began = time.monotonic();"
        f"bench.inside.whole({tokens}); print(json.dumps(time.monotonic() - began))"
    )
    ratio = sum(traffic.sizes) / (4 * tokens)
    rate = traffic.messages / max(seconds, 1)
    return [
        Row(f"wire, {tokens:,} tokens, bytes / bytes of text", f"{ratio:.2f} ×", "≤ 1.5 ×",
            ratio <= 1.5 or tokens < 10_000),
        Row(f"wire, {tokens:,} tokens, messages", f"{traffic.messages} in {seconds:.2f} s",
            "≤ 40 a second", rate <= 40),
    ]  # fmt: skip


def memory(kernel: Kernel, tokens: int) -> list[Row]:
    """What a run keeps per token beyond the text."""
    measured, _ = kernel.run(f"bench.inside.memory({tokens})")
    each = measured["bytes"]
    return [Row(f"memory, {tokens:,} tokens, beyond the text", f"{each:.0f} bytes a token",
                "≤ 100", each <= 100)]  # fmt: skip


def load() -> list[Row]:
    """What `%load_ext` takes beyond importing langgraph, in fresh interpreters."""
    shell = "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance();"
    graph = "import langgraph.graph, langgraph.func, langgraph.prebuilt;"
    code = (
        f"{shell}{graph}import time; began = time.perf_counter();"
        "s.run_line_magic('load_ext', 'lg_notebook'); print(time.perf_counter() - began)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                             check=True).stdout)
        for _ in range(_IMPORTS)
    ]  # fmt: skip
    middle = statistics.median(times) * 1000
    return [Row("%load_ext beyond importing langgraph", f"{middle:.0f} ms", "≤ 150 ms",
                middle <= 150)]  # fmt: skip


def main() -> int:
    """Measure; return 0 if every budget is kept, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    sizes = dict(list(_SIZES.items())[:2]) if parser.parse_args().quick else _SIZES
    rows = load()
    with Kernel() as kernel:
        kernel.run("import bench.inside; bench.inside.bare(100); bench.inside.whole(100); None")
        for tokens, rounds in sizes.items():
            rows += cpu(kernel, tokens, rounds)
            rows += wire(kernel, tokens)
        rows += memory(kernel, max(sizes))
    for row in rows:
        mark = "" if not row.budget else "ok" if row.kept else "OVER"
        print(f"{row.what:58} {row.measured:38} {row.budget:14} {mark}")
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
