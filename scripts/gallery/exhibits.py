"""Everything that the gallery shows, in its order."""

from __future__ import annotations

from scripts.gallery.agents import AGENTS
from scripts.gallery.branches import BRANCHES
from scripts.gallery.endings import ENDINGS
from scripts.gallery.talk import TALK

ROOMS = {
    "One model": TALK,
    "Many nodes": BRANCHES,
    "Agents": AGENTS,
    "Endings": ENDINGS,
}
"""The exhibits, by the headings of the page."""

EXHIBITS = tuple(each for room in ROOMS.values() for each in room)
"""All exhibits."""
