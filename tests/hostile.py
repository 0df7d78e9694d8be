"""Hostile texts, the same for both languages: what a model may be made to say."""

import json
from pathlib import Path

_FILE = Path(__file__).parent / "hostile.json"

PAYLOADS: list[str] = [entry["text"] for entry in json.loads(_FILE.read_text(encoding="utf-8"))]
"""Each tries to run, to load or to hide something."""


def prefixes(text: str, most: int = 60) -> list[str]:
    """The beginnings of a text, all of them or so many of a long one.

    Args:
        text: The text.
        most: How many at most.

    Returns:
        The beginnings, shortest first; the text itself is the last.
    """
    step = -(-len(text) // most)
    return [text[:end] for end in range(len(text) % step or step, len(text) + 1, step)]
