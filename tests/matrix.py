"""Logs of the matrix: run, made comparable, stored.

`python -m tests.matrix` records them, on Python 3.11 or newer, for the LangGraph that is
installed. What LangGraph reports differs a little between its minor versions: the newest one's
file is complete, an older one's holds only the cases that differ from the next newer one's.
So record the newest first.
"""

from __future__ import annotations

import asyncio
import json
import pathlib
import re
import sys
from typing import Any

from lg_notebook import astream
from tests.graphs.async_zoo import CASES, Case, Entry
from tests.graphs.case import langgraph_version

FOLDER = pathlib.Path(__file__).parent / "fixtures" / "matrix"

# The topology comes before anything streams; test_topology.py tests it.
_VARIES = {
    "seq", "t", "duration", "started_at", "topology", "traceback", "lc_versions", "ls_integration",
}  # fmt: skip
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
_PATH = re.compile(r"<(\S+) object at 0x[0-9a-f]+>|0x[0-9a-f]{6,}")
_SECONDS = re.compile(r"\d+\.\d{3,}s")

Row = dict[str, Any]


def plain(value: Any) -> Any:
    """A value without ids, times and addresses."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key not in _VARIES}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return _SECONDS.sub("<s>", _PATH.sub("<object>", _ID.sub("<id>", value)))
    return value


def compact(events: list[Row]) -> list[Row]:
    """The events without what varies; consecutive tokens of a block are one row."""
    rows: list[Row] = []
    for event in events:
        row = plain(event)
        if row["type"] == "task-finish" and isinstance(row["result"], list):
            row["result"] = dict(row["result"])  # pairs, in early versions of 0.6
        if row["type"] == "delta":
            row["text"] = [row["text"]]
            last = rows[-1] if rows else {}
            if {**last, "text": 0} == {**row, "text": 0}:
                last["text"] += row["text"]
                continue
        rows.append(row)
    return rows


def lanes(events: list[Row]) -> list[list[Row]]:
    """The same, message by message and task by task, in an order of their own."""
    found: dict[Any, list[Row]] = {}
    for event in events:
        message = event.get("message")
        key = ("message", message) if message is not None else ("task", event["task"])
        row = {name: each for name, each in event.items() if name != "message"}
        found.setdefault(key, []).append(row)
    rows = [compact(lane) for lane in found.values()]
    return sorted(rows, key=lambda lane: json.dumps(lane, sort_keys=True))


async def run(case: Case) -> list[list[Row]]:
    """The events of each run of a case; a run that raises ends with what it raised."""
    logs = []
    for at in range(len(case)):
        given, config = await case.step(at)
        log: list[Row] = []
        raised = None
        try:
            async for event in astream(case.graph, given, config, context=case.context):
                log.append(dict(event))  # noqa: PERF401 - events before an error count
        except Exception as error:  # noqa: BLE001 - whatever a graph raises
            raised = type(error).__name__
        assert raised == (log[-1]["error"] or {}).get("type")
        logs.append(log)
    return logs


async def record(entry: Entry) -> list[Any]:
    """What is compared: the log of each of the case's runs."""
    arrange = lanes if entry.parallel else compact
    return [arrange(log) for log in await run(entry.build())]


def _stored() -> dict[tuple[int, int], dict[str, Any]]:
    """The files, newest first: version → its logs."""
    found = {}
    for file in FOLDER.glob("*.json"):
        major, minor = file.stem.split(".")
        found[int(major), int(minor)] = json.loads(file.read_text(encoding="utf-8"))
    return dict(sorted(found.items(), reverse=True))


def expected() -> dict[str, Any]:
    """Name of a case → what is compared, for the LangGraph that is installed."""
    logs: dict[str, Any] = {}
    for version, changed in _stored().items():
        if version >= langgraph_version() or not logs:
            logs.update(changed)
    return logs


def main() -> None:
    """Record every case."""
    if sys.version_info < (3, 11):
        sys.exit("Recorded where no bridge is needed: Python 3.11 or newer.")
    known: dict[str, Any] = {}
    for version, changed in _stored().items():
        if version > langgraph_version():
            known.update(changed)
    lines = []
    for name, entry in CASES.items():
        if entry.lacks is None:
            log = json.loads(json.dumps(asyncio.run(record(entry))))
            if log != known.get(name):
                lines.append(f"{json.dumps(name)}: {json.dumps(log, ensure_ascii=False)}")
    FOLDER.mkdir(exist_ok=True)
    major, minor = langgraph_version()
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (FOLDER / f"{major}.{minor}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
