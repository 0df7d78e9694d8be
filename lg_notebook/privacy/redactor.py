"""Mask secrets, in values and in text that arrives in pieces."""

from __future__ import annotations

import functools
import logging
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOG = logging.getLogger(__name__)

MASK = "[masked]"
"""The text that replaces a secret."""

_CREDENTIAL = re.compile(
    r"""(?:^|_)(?:
        [a-z0-9]*api_?keys?
      | (?:access|secret|private|auth|signing|encryption|client|account|subscription)_?keys?
      | (?!(?:max|min|num|new|next|first|last|stop|start|end|eos|bos|pad|unk|sep|cls|mask|special
              |prompt|input|output|total|time_to_first)_)[a-z0-9]+_token
      | (?:api|access|auth|bearer|refresh|session)token
      | secrets? | [a-z0-9]*passw(?:or)?d | [a-z0-9]+_pass | [a-z0-9]+_pat | passphrase | credentials? | authorization
      | cookie | connection_string | dsn
    )(?:_value|_id_secret)?$""",
    re.VERBOSE,
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")

_URL_PASSWORD = re.compile(r"\w://[^\s:/@]*:([^\s/@]{8,})@")

_SHORTEST = 8
"""Characters that a value needs to be masked in texts. Shorter ones, such as `none` and `test`,
are API keys too, but also words of every answer."""

_LONGEST = 100
"""Characters that a key may have for its result to be cached."""

_HEAD = 4
"""Characters of a secret that may be shown before it is recognised."""


def is_credential(key: object) -> bool:
    """Whether a key's name shows that its value is a secret.

    Args:
        key: Any mapping key or attribute name.

    Example:
        >>> is_credential("OPENAI_API_KEY"), is_credential("x-api-key"), is_credential("tokens")
        (True, True, False)
    """
    if not isinstance(key, str):
        return False
    # Every run has the same names, above all the environment's. Long names are not cached.
    return (
        _is_credential_name(key) if len(key) <= _LONGEST else _is_credential_name.__wrapped__(key)
    )


@functools.lru_cache(maxsize=1024)
def _is_credential_name(key: str) -> bool:
    return _CREDENTIAL.search(_WORDS.sub("_", key).lower()) is not None


def _find(value: object, found: set[str], depth: int = 0) -> None:
    """Collect the strings under credential keys, at any depth of plain containers."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if is_credential(key):
                _take(item, found)
            else:
                _find(item, found, depth + 1)
    elif isinstance(value, str):
        found.update(_URL_PASSWORD.findall(value))
    elif isinstance(value, (list, tuple)):
        for item in value:
            _find(item, found, depth + 1)
    else:
        _find_in_object(value, found, depth)


def _find_in_object(value: object, found: set[str], depth: int) -> None:
    try:
        if hasattr(value, "get_secret_value"):
            _take(value, found)
        elif hasattr(value, "__dict__") and not isinstance(value, type):
            _find(vars(value), found, depth + 1)
    except Exception as error:  # noqa: BLE001 - a user's object may raise anything at any access
        # Only the types: the error's text may have a secret.
        _LOG.debug("No search for secrets: %s raised %s.", type(value), type(error))


def _take(value: object, found: set[str]) -> None:
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        for part in (value, value.rpartition(" ")[2]):  # "Bearer abc…": the second half too
            if len(part) >= _SHORTEST:
                found.add(part)
    elif isinstance(value, Mapping):
        for item in value.values():
            _take(item, found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _take(item, found)


_DEEPEST = 6


class Redactor:
    """Collects a run's secrets, and masks them in everything that leaves Python.

    Args:
        *sources: Objects that may hold credentials, which are found by their names: the config,
            the context, the input.
        environ: Environment variables to search as well; by default those of the process.

    Example:
        >>> redactor = Redactor({"configurable": {"api_key": "sk-12345678"}}, environ={})
        >>> redactor.text("my key is sk-12345678!")
        'my key is [masked]!'
    """

    def __init__(self, *sources: object, environ: Mapping[str, str] | None = None) -> None:
        found: set[str] = set()
        for source in (os.environ if environ is None else environ, *sources):
            _find(source, found)
        self._secrets = sorted(found, key=len, reverse=True)
        self._whole = _any_of(self._secrets)
        # By lookahead, because matches may overlap: "-----BEGIN" has two "----".
        self._heads = _any_of({secret[:_HEAD] for secret in self._secrets}, "(?={})")

    def text(self, text: str) -> str:
        """Mask every secret in a complete text."""
        return text if self._whole is None else self._whole.sub(MASK, text)

    def stream_mask(self) -> StreamMask | None:
        """Make a mask for one text that arrives in pieces; None if there are no secrets."""
        if self._whole is None or self._heads is None:
            return None
        return StreamMask(self._secrets, self._whole, self._heads)


class StreamMask:
    """Masks secrets in one text that arrives in pieces, also across pieces.

    If the end of a piece may be the beginning of a secret, it is held back until the next piece
    decides. At most three characters of a secret are ever shown, too few to recognise it.

    Args:
        secrets: The secrets, longest first.
        whole: Matches any secret.
        heads: Matches the first characters of any secret.

    Example:
        >>> mask = Redactor({"api_key": "sk-12345678"}, environ={}).stream_mask()
        >>> mask.add("key sk-12"), mask.add("345678!")
        ('key ', '[masked]!')
    """

    def __init__(self, secrets: list[str], whole: re.Pattern[str], heads: re.Pattern[str]) -> None:
        self._secrets = secrets
        self._whole = whole
        self._heads = heads
        self._shown = ""  # the last characters passed on: a head may begin among them
        self._held = ""

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
        shown = len(self._shown)
        out: list[str] = []
        at = 0
        for match in self._whole.finditer(window):
            out.append(window[max(at, shown) : match.start()])
            out.append(MASK)
            at = match.end()
        # The beginning of a secret may be among the characters that are already shown.
        cut = max(self._open_end(window, at), shown, at)
        out.append(window[max(at, shown) : cut])
        self._held = window[cut:]
        self._shown = window[max(at, cut + 1 - _HEAD) : cut]
        return "".join(out)

    def flush(self) -> str:
        """Return the text that is held back, masked if it is most of a secret."""
        shown, held, self._held, self._shown = self._shown, self._held, "", ""
        for begin in range(len(shown) + 1):
            rest = shown[begin:] + held
            if any(s.startswith(rest) and 2 * len(rest) > len(s) for s in self._secrets):
                return MASK
        return held

    def _open_end(self, window: str, start: int) -> int:
        """Find the start of the longest suffix that is the beginning of a secret."""
        for match in self._heads.finditer(window, start):
            rest = window[match.start() :]
            if any(len(rest) < len(s) and s.startswith(rest) for s in self._secrets):
                return match.start()
        return len(window)


def _any_of(texts: Iterable[str], form: str = "{}") -> re.Pattern[str] | None:
    alternatives = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    return re.compile(form.format(alternatives)) if alternatives else None


def mask_secret(value: Any) -> Any:
    """Mask the value of a credential key, except empty values and flags.

    Example:
        >>> mask_secret("sk-12345678"), mask_secret(None)
        ('[masked]', None)
    """
    return value if value is None or value == "" or isinstance(value, bool) else MASK
