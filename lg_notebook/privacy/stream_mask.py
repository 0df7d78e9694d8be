"""Mask secrets in a text that arrives in pieces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lg_notebook.privacy.credential_names import MASK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_START = 8
"""Characters by which a secret is looked up."""

_HEAD = 4
"""Characters of a secret by which its beginning is recognised; fewer may be shown."""

_TELLING = 16
"""Characters of a secret that are masked at the end of a text that breaks off."""


class SecretPattern:
    """Finds secrets in texts, also those within and across others.

    Args:
        secrets: The secrets, at least one; each of 8 characters or more.

    Attributes:
        heads: Matches the first characters of any secret.

    Example:
        >>> list(SecretPattern({"abcdefgh", "fghijklm"}).spans("<abcdefghijklm>"))
        [(1, 14)]
    """

    def __init__(self, secrets: Collection[str]) -> None:
        self._longest = max(map(len, secrets))
        self._by_start: dict[str, list[str]] = {}
        self._by_head: dict[str, list[str]] = {}
        for secret in sorted(secrets, key=len, reverse=True):
            self._by_start.setdefault(secret[:_START], []).append(secret)
            self._by_head.setdefault(secret[:_HEAD], []).append(secret)
        # Only the first characters: long expressions take long to compile.
        self._starts = _any_of(self._by_start)
        self.heads = _any_of(self._by_head)

    def spans(self, text: str, before: int | None = None) -> Iterator[tuple[int, int]]:
        """Find the stretches of a text that secrets cover; those that overlap are one.

        Args:
            text: The text.
            before: Where they begin at the latest; at the end of the text by default.

        Yields:
            The start and the end of each.
        """
        start, end = 0, 0
        stop = len(text) if before is None else before
        match = self._starts.search(text)
        while match is not None:
            at = match.start()
            if at >= max(stop, end):
                break
            for secret in self._by_start[match[0]]:  # longest first
                if text.startswith(secret, at):
                    if at >= end:
                        if end:
                            yield start, end
                        start = at
                    end = max(end, at + len(secret))
                    break
            match = self._starts.search(text, at + 1)
        if end:
            yield start, end

    def openings(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the places from which the rest of a text is the beginning of a secret.

        Args:
            text: The text.

        Yields:
            The place, and the length of the shortest secret that begins there.
        """
        match = self.heads.search(text, max(0, len(text) - self._longest))
        while match is not None:
            at = match.start()
            rest = text[at:]
            whole = [
                len(secret)
                for secret in self._by_head[match[0]]
                if len(rest) < len(secret) and secret.startswith(rest)
            ]
            if whole:
                yield at, min(whole)
            match = self.heads.search(text, at + 1)


class StreamMask:
    """Masks secrets in one text that arrives in pieces, also across pieces.

    If the end of a piece may be the beginning of a secret, it is held back until the next piece
    decides. At most three characters of a secret are ever shown, too few to recognise it.

    Args:
        pattern: Finds the secrets.

    Example:
        >>> mask = Redactor({"api_key": "sk-12345678"}, environ={}).stream_mask()
        >>> mask.add("key sk-12"), mask.add("345678!")
        ('key ', '[masked]!')
    """

    def __init__(self, pattern: SecretPattern) -> None:
        self._pattern = pattern
        self._heads = pattern.heads
        self._shown = ""  # the last characters passed on: a secret may begin among them
        self._held = ""
        self._masked = 0  # of both, so many characters are behind a mask that is passed on

    def passes(self, text: str) -> bool:
        """Take a text if nothing in it has to be masked or held back.

        Args:
            text: The text.

        Returns:
            Whether the text was taken.
        """
        if self._held:
            return False
        window = self._shown + text
        if self._heads.search(window) is not None:
            return False
        self._shown = window[1 - _HEAD :]
        if text:
            self._masked = 0
        return True

    def add(self, piece: str) -> str:
        """Take a piece.

        Args:
            piece: The piece.

        Returns:
            The text that may be shown now; it may be empty.
        """
        if self.passes(piece):
            return piece
        window = self._shown + self._held + piece
        open_end, _ = next(self._pattern.openings(window), (len(window), 0))
        return self._pass_on(window, self._pattern.spans(window, open_end), open_end)

    def flush(self) -> str:
        """Return the text that is held back, masked if it is much of a secret."""
        window = self._shown + self._held
        spans = list(self._pattern.spans(window))
        for at, length in self._pattern.openings(window):
            rest = len(window) - at
            if rest >= _TELLING or 2 * rest > length:
                begin = at
                while spans and spans[-1][1] > begin:
                    begin = min(begin, spans.pop()[0])
                spans.append((begin, len(window)))
                break
        shown = self._pass_on(window, spans, len(window))
        self._shown, self._masked = "", 0
        return shown

    def _pass_on(self, window: str, spans: Iterable[tuple[int, int]], open_end: int) -> str:
        """Mask a window up to its open end, and hold back the rest.

        A secret that begins before the open end is masked now, even if it ends behind it.
        """
        begin = len(self._shown)
        cut = max(open_end, begin)
        end = self._masked if self._masked >= begin else 0  # of the last mask, if it is the last
        at = max(begin, end)
        out: list[str] = []
        for start, stop in spans:
            if start >= end:
                out += (window[at:start], MASK)
            at = max(at, stop)
            end = max(end, stop)
        out.append(window[at:cut])
        keep = max(0, cut + 1 - _HEAD)
        self._shown, self._held = window[keep:cut], window[cut:]
        self._masked = max(0, end - keep)
        return "".join(out)


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(texts))))
