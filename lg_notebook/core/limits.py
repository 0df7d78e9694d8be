"""How much of a run is kept, and what is withheld: plain values that `settings` writes."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = frozenset({"input", "state", "updates", "results", "custom", "tools", "metadata"})
"""What can be withheld."""


@dataclass
class Limits:
    """What holds for runs that begin from now on; `Settings` says what each means.

    Attributes:
        stored_bytes: Bytes of text and media that the runs in one output may take.
        media_bytes: Bytes that a picture, a recording or a file may have to be kept.
        static_characters: Characters of message text in a static view.
        withhold: Which of `KINDS` never leave Python.
    """

    stored_bytes: int = 4_000_000
    media_bytes: int = 256_000
    static_characters: int = 200_000
    withhold: frozenset[str] = frozenset()


limits = Limits()
"""Those of this process."""
