"""The golden fixtures: logs, the states that they fold to, and their frames."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def golden(name: str) -> dict[str, Any]:
    """A fixture of one's own: a test may change it."""
    fixture: dict[str, Any] = json.loads(_text(name))
    return fixture


def placed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events, each token at its message's place: the only one that the log keeps for it."""
    places: dict[int, dict[str, Any]] = {}
    out = []
    for event in events:
        if event["type"] == "message-start" and event["of"] is None:
            places[event["message"]] = {k: event[k] for k in ("ns", "task", "node", "step")}
        plain = event["type"] == "delta" and not {"call_id", "name", "data"} & event.keys()
        out.append({**event, **places.get(event["message"], {})} if plain else event)
    return out
