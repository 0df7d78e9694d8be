"""Export a run as a pytest file that asserts its status, text and tool calls."""

from __future__ import annotations

import os
import pprint
import re
from typing import TYPE_CHECKING

from lg_notebook.exceptions import ArgumentError
from lg_notebook.storage.recording import save
from lg_notebook.storage.whole_file import located, write

if TYPE_CHECKING:
    from lg_notebook.model.run_state import RunState

_GRAPH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")

_SAVED = '''\
"""Check a recorded run; written by lg_notebook's `Run.to_test`."""

from pathlib import Path

from lg_notebook import Run

RECORDING = Path(__file__).with_name({recording!r})


def test_the_recorded_run():
    run = Run.load(RECORDING)

{asserts}'''

_RERUN = '''\
"""Check that the graph answers as recorded; written by lg_notebook's `Run.to_test`."""

from pathlib import Path

from lg_notebook import Run, cassette, stream

from {module} import {name}

ANSWERS = Path(__file__).parent / {cassette!r}
INPUT = {input}


def test_the_graph_answers_as_recorded():
    with cassette(ANSWERS, "none"):
        run = Run.from_events(stream({name}, INPUT))

{asserts}'''


def to_test(
    run: RunState,
    path: str | os.PathLike[str],
    graph: str | None,
    cassette: str | os.PathLike[str] | None,
) -> None:
    """Write a test file, and the run's recording beside it if the test loads it.

    Args:
        run: The run.
        path: The test's file.
        graph: Where the graph is imported from, as `package.module:name`, or None.
        cassette: The models' answers, as a path from the test's folder, or None.

    Raises:
        ArgumentError: Only one of `graph` and `cassette` is set, or `graph` has another form.
        OSError: A file cannot be written.
    """
    path = located(path)
    if (graph is None) != (cassette is None):
        raise ArgumentError("Give graph and cassette together, or neither.")
    if graph is None or cassette is None:
        recording = path.with_suffix(".jsonl")
        save(run, recording)
        text = _SAVED.format(recording=recording.name, asserts=_asserts(run))
    else:
        if not _GRAPH.fullmatch(graph):
            raise ArgumentError(f"graph is a place like `package.module:name`, not {graph!r}.")
        module, _, name = graph.partition(":")
        text = _RERUN.format(
            module=module,
            name=name,
            cassette=os.fspath(cassette),
            input=pprint.pformat(run.input, width=95, sort_dicts=False),
            asserts=_asserts(run),
        )
    write(path, [text.encode()])


def _asserts(run: RunState) -> str:
    tools = [(m.node, c.name, c.args) for m in run.messages for c in m.tool_calls]
    lines = [f"assert run.status == {run.status!r}", f"assert run.text() == {_long(run.text())}"]
    if tools:
        called = "[(m.node, c.name, c.args) for m in run.messages for c in m.tool_calls]"
        lines += [f"called = {called}", f"assert called == {_long(tools)}"]
    return "".join(f"    {line}\n" for text in lines for line in text.splitlines())


def _long(value: object) -> str:
    text = pprint.pformat(value, width=90, sort_dicts=False)
    # `pformat` splits a long text into several literals, which only brackets join.
    return f"(\n{text}\n)" if "\n" in text else text
