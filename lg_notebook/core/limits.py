"""Limits on what is kept of a run, and what is masked and withheld; `settings` writes them."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = frozenset({"input", "state", "updates", "results", "custom", "tools", "metadata"})
"""The kinds of data that can be withheld."""


UNMASKED = "Masking was off."
"""What every display of a run says if its secrets were not masked.

The view has the same sentence (`js/src/view/cards/diagnosis.ts`)."""


@dataclass
class Limits:
    """The limits for runs that start from now on; `Settings` documents each.

    Attributes:
        stored_bytes: Bytes of text and media that the runs in one output may take.
        media_bytes: Bytes above which an image, an audio clip or a file is not kept.
        static_characters: Characters of message text in a static face.
        mask: Whether secrets are masked.
        withhold: Which of `KINDS` never leave Python.
    """

    stored_bytes: int = 4_000_000
    media_bytes: int = 256_000
    static_characters: int = 200_000
    mask: bool = True
    withhold: frozenset[str] = frozenset()


limits = Limits()
"""The limits of this process."""
