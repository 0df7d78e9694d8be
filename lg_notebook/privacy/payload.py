"""Convert any Python object to JSON, masked and cut to a byte budget."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import logging
import math
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage
from pydantic import BaseModel

from lg_notebook.core.text import sound
from lg_notebook.privacy.credential_names import is_credential, mask_secret

if TYPE_CHECKING:
    from lg_notebook.events import Payload
    from lg_notebook.privacy.redactor import Redactor

_LOG = logging.getLogger(__name__)

BUDGET = 16_384
"""Bytes of JSON, about, that one payload may take."""

UNBOUNDED = 2**53
"""A budget without a limit."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_EXACT = 2**53
_WRITABLE = 10_000
"""Bits of an integer that every version of Python writes in decimal."""

_DEEPEST = 12
_PAIR = 2

UNREAD = "could not be read"
"""The words that replace a value whose code raised an exception."""


class _Converter:
    """One conversion, and the rest of its budget."""

    def __init__(self, redactor: Redactor, budget: int) -> None:
        self.redactor = redactor
        self.left = budget

    def text(self, text: str) -> str:
        text = self.redactor.text(sound(text))
        room = max(self.left, 0)
        self.left -= len(text) + 2
        if len(text) <= room:
            return text
        return f"{text[:room]}… ({len(text) - room:,} more characters)"

    def convert(self, value: Any, depth: int = 0) -> Payload:
        try:
            return self.read(value, depth)
        except Exception as error:  # noqa: BLE001 - a user's object may raise anything at any access
            # Only the types: the error's text may have a secret.
            _LOG.debug("No JSON: %s raised %s.", type(value), type(error))
            return self.text(f"<{type(value).__qualname__}: {UNREAD} ({type(error).__name__})>")

    def read(self, value: Any, depth: int) -> Payload:  # noqa: PLR0911
        if value is None or isinstance(value, bool):
            self.left -= 5
            return value
        if isinstance(value, enum.Enum):
            return self.convert(value.value, depth)
        if isinstance(value, str):
            # Not `str(value)`: a subclass may have another `__str__`.
            return self.text(str.__str__(value))
        if isinstance(value, int):
            return self.integer(value)
        if isinstance(value, float):
            self.left -= 8
            return float(value) if math.isfinite(value) else str(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self.text(f"<{len(value):,} bytes>")
        if isinstance(value, (dt.datetime, dt.date, dt.time)):
            return self.text(value.isoformat())
        if depth >= _DEEPEST:
            return self.text("…")
        return self.object(value, depth)

    def integer(self, value: int) -> Payload:
        self.left -= 8
        if abs(value) <= _EXACT:
            return int(value)
        bits = value.bit_length()
        # Python refuses to write a longer number.
        return str(value) if bits <= _WRITABLE else self.text(f"<an integer of {bits:,} bits>")

    def object(self, value: Any, depth: int) -> Payload:
        if hasattr(value, "get_secret_value"):
            return self.convert(self.mask(value.get_secret_value()))
        fields = _fields(value)
        if fields is not None:
            return self.mapping(fields, depth)
        if isinstance(value, (list, tuple, AbstractSet)):
            return self.sequence(list(value), depth)
        # Without the address, which differs from run to run.
        return self.text(_ADDRESS.sub("", repr(value)))

    def mapping(self, value: Mapping[Any, Any], depth: int) -> Payload:
        self.left -= 2
        out: dict[str, Payload] = {}
        for key, item in value.items():
            if self.left <= 0:
                out["…"] = f"{len(value) - len(out):,} more"
                break
            name = self.key(key)
            masked = is_credential(key) or (key == "value" and is_credential(value.get("name")))
            shown = self.mask(item) if masked else item
            out[name] = self.convert(shown, depth + 1)
        return out

    def mask(self, value: Any) -> Any:
        return mask_secret(value) if self.redactor.masks else value

    def key(self, key: Any) -> str:
        if isinstance(key, str):
            return self.text(str.__str__(key))
        try:
            return self.text(str(key))
        except Exception as error:  # noqa: BLE001 - as in `convert`
            return self.text(f"<{type(key).__qualname__}: {UNREAD} ({type(error).__name__})>")

    def sequence(self, value: list[Any], depth: int) -> Payload:
        self.left -= 2
        if len(value) == _PAIR and is_credential(value[0]):  # ("x-api-key", …)
            value = [value[0], self.mask(value[1])]
        out: list[Payload] = []
        for item in value:
            if self.left <= 0:
                out.append(f"… ({len(value) - len(out):,} more)")
                break
            out.append(self.convert(item, depth + 1))
        return out


def _fields(value: object) -> Mapping[Any, Any] | None:
    """Return the fields of a mapping, message, model or dataclass; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, BaseMessage):
        row = {"type": value.type, "content": value.content, "id": value.id, "name": value.name}
        for extra in ("tool_calls", "tool_call_id", "status", "usage_metadata"):
            row[extra] = getattr(value, extra, None)
        return {key: item for key, item in row.items() if not _is_empty(item)}
    if isinstance(value, BaseModel):
        return {name: getattr(value, name, None) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name, None) for f in dataclasses.fields(value)}
    return None


def _is_empty(value: object) -> bool:
    """Whether a field has no value, without comparing it: an array cannot be compared."""
    return value is None or (isinstance(value, list) and not value)


def payload(value: object, redactor: Redactor, budget: int = BUDGET) -> Payload:
    """Convert any object to JSON, masked and cut.

    Args:
        value: Any object. Messages, pydantic models and dataclasses become JSON objects. An
            object without a JSON form becomes its repr, without addresses.
        redactor: Masks secrets.
        budget: Bytes of JSON, about, that the result may take. Cut texts say how much is missing.

    Returns:
        None, bool, int, float, str, or lists and string-keyed dicts of them.

    Example:
        >>> payload({"api_key": "x", "n": {1, 2}}, Redactor(environ={}))
        {'api_key': '[masked]', 'n': [1, 2]}
    """
    return _Converter(redactor, budget).convert(value)
