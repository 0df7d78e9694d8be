"""Find the secrets in a run's config, context, input and environment, by their names."""

from __future__ import annotations

import json
import logging
import re
from collections import deque
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote

from lg_notebook.core.text import sound
from lg_notebook.privacy.credential_names import is_credential

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOG = logging.getLogger(__name__)

SHORTEST = 8
"""Characters that a value needs to be masked in texts. Shorter ones, such as `none` and `test`,
are API keys too, but also words of every answer."""

_LONGEST_WORD = 14
"""Characters that a common word may have."""

_LINE = 16
"""Characters that a line of a secret needs to be a secret of its own."""

_MOST = 10_000
"""Values that a search looks at, nearest first."""

_PAIR = 2

_PLACEHOLDERS = frozenset(
    {
        "change-me", "change_me", "changeme1", "changeme123", "password1", "password12",
        "password123", "admin123", "postgres1", "not-needed", "not_needed", "your-api-key",
        "your_api_key", "your-api-key-here", "your_api_key_here", "dev-secret", "test-key",
    }
)  # fmt: skip

_URL_PASSWORD = re.compile(r"\w://[^\s:/@]*:([^\s/@]{8,})@")
_URL_QUERY = re.compile(r"[?&#;]([\w.~-]+)=([^&#;\s\"'<>]{8,})")
_SCHEME = re.compile(r"(?:basic|bearer|token|key|api-?key|digest) +(\S+)", re.IGNORECASE)
_VARIABLE_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SAME_EVERYWHERE = re.compile(r"[A-Za-z0-9_.-]+")


def find_secrets(sources: Iterable[object]) -> set[str]:
    """Collect the values under names of credentials, and those in addresses.

    Args:
        sources: Objects to search: mappings, sequences, and objects with attributes, at any
            depth.

    Returns:
        The secrets, of `SHORTEST` characters or more.

    Example:
        >>> find_secrets([{"headers": [("Authorization", "Bearer abcd1234")]}])
        {'Bearer abcd1234', 'abcd1234'}
    """
    found: set[str] = set()
    seen: dict[int, object] = {}  # with the objects, so that no id is used again
    waiting = deque(sources)
    for left in range(_MOST, 0, -1):
        if not waiting:
            break
        value = waiting.popleft()
        if id(value) in seen:
            continue
        try:
            waiting.extend(_look(value, found, left - len(waiting)))
        except Exception as error:  # noqa: BLE001 - a user's object may raise anything at any access
            # Only the types: the error's text may have a secret.
            _LOG.debug("No search for secrets: %s raised %s.", type(value), type(error))
        seen[id(value)] = value
    return {each for each in found if len(each) >= SHORTEST}


def _look(value: Any, found: set[str], room: int) -> Iterator[Any]:
    """Take the secrets directly in a value; yield what else to look at."""
    if isinstance(value, str):
        found.update(_in_address(value))
    elif value is None or isinstance(value, (int, float, bytes, type)):
        return
    elif isinstance(value, Mapping):
        yield from _look_in_mapping(value, found, room)
    elif isinstance(value, (list, tuple)):
        if len(value) == _PAIR and is_credential(value[0]):  # ("x-api-key", …)
            found.update(_texts(value[1]))
        else:
            yield from islice(value, max(room, 0))
    elif hasattr(value, "get_secret_value"):
        found.update(_texts(value))
    elif hasattr(value, "__dict__"):
        yield vars(value)


def _look_in_mapping(value: Mapping[Any, Any], found: set[str], room: int) -> Iterator[Any]:
    if is_credential(value.get("name")):  # {"name": "x-api-key", "value": …}
        found.update(_texts(value.get("value")))
    for key, item in islice(value.items(), max(room, 0)):
        if is_credential(key):
            found.update(_texts(item))
        else:
            yield item


def _in_address(text: str) -> Iterator[str]:
    if "://" not in text:
        return
    for secret in _URL_PASSWORD.findall(text):
        yield from (secret, unquote(secret))
    for name, secret in _URL_QUERY.findall(text):
        if is_credential(name):
            yield from (secret, unquote(secret))


def _texts(value: object) -> Iterator[str]:
    """List the texts of a credential: whole, and the parts that are secrets of their own."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        yield from _parts(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _parts(text: str) -> Iterator[str]:
    if _VARIABLE_NAME.fullmatch(text) and is_credential(text):
        return  # the name of the variable that has the secret
    yield text
    yield from _in_address(text)
    scheme = _SCHEME.fullmatch(text)
    if scheme is not None:
        yield scheme[1]
    if text.startswith("{"):
        yield from _in_json(text)
    elif "\n" in text or "\\n" in text:
        yield from _lines(text)


def _in_json(text: str) -> set[str]:
    try:
        return find_secrets([json.loads(text)])
    except (ValueError, RecursionError):
        return set()


def _lines(text: str) -> Iterator[str]:
    """List the lines of a key, which may be indented, or broken off, where it is shown."""
    text = text.replace("\\n", "\n")  # as environment files have it
    yield text
    for line in map(str.strip, text.splitlines()):
        if len(line) >= _LINE and not line.startswith("-----"):
            yield line


def is_common(text: str) -> bool:
    """Whether a text is a common word or a placeholder, which prose has as well.

    Args:
        text: A secret.

    Example:
        >>> is_common("postgres"), is_common("hunter2hunter")
        (True, False)
    """
    one_case = text.islower() or text.isupper() or text.istitle()
    word = text.isalpha() and one_case and len(text) <= _LONGEST_WORD
    return word or text.lower() in _PLACEHOLDERS


def spellings(secret: str) -> set[str]:
    r"""List the forms in which a secret may be written: in JSON, in Python, in an address.

    Args:
        secret: The secret.

    Returns:
        The secret itself, and its other forms.

    Example:
        >>> sorted(spellings("a b/c d\ne"))[:2]
        ['a b/c d\ne', 'a b/c d\\\\ne']
    """
    forms = {secret, secret.strip()}
    if _SAME_EVERYWHERE.fullmatch(secret):
        return forms
    for form in [sound(each) for each in forms]:
        in_json = {json.dumps(form, ensure_ascii=plain)[1:-1] for plain in (True, False)}
        forms |= {form, repr(form)[1:-1], *in_json}
        forms |= {json.dumps(each)[1:-1] for each in in_json}  # JSON within JSON
        quoted = {quote(form), quote(form, safe=""), quote_plus(form)}
        forms |= quoted | {re.sub("%..", lambda found: found[0].lower(), each) for each in quoted}
    return {form for form in forms if len(form) >= SHORTEST}
