"""How much of a run is kept, and what is withheld: plain values."""

from __future__ import annotations

KINDS = frozenset({"input", "state", "updates", "results", "custom", "tools", "metadata"})
"""What can be withheld."""
