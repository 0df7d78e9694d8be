"""Check events that come from a file: their fields, and the types that `lg_notebook.events` declares."""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from typing_extensions import NotRequired, get_type_hints

from lg_notebook import events

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[Any], bool]

REQUIRED: dict[str, frozenset[str]] = {
    "run-start": frozenset({"graph", "input", "started_at"}),
    "drawing": frozenset({"topology"}),
    "run-end": frozenset({"status", "error", "duration", "state"}),
    "task-start": frozenset({"triggers", "attempt"}),
    "task-finish": frozenset({"error", "result", "interrupts"}),
    "message-start": frozenset(
        {"message", "id", "role", "name", "origin", "of", "tool_call_id", "metadata"}
    ),
    "delta": frozenset({"message", "block", "kind", "text"}),
    "message-finish": frozenset({"message", "usage", "finish_reason", "revised", "text"}),
    "tool": frozenset({"call_id", "name", "phase", "data"}),
    "custom": frozenset({"data"}),
    "update": frozenset({"data"}),
    "values": frozenset({"set", "append", "removed"}),
    "checkpoint": frozenset({"id", "parent", "source", "next"}),
    "interrupt": frozenset({"id", "value"}),
    "unreadable": frozenset({"what", "reason"}),
}
"""What an event of version 1 has, by type: the fields that a fold cannot do without."""

COMMON = frozenset({"seq", "t", "ns", "task", "node", "step", "type"})
"""What every event has."""

_LARGEST = 2**63
_BLOCKS = 1_000_000
"""Blocks that a message may have."""

_DEEPEST = 100
"""Levels that a payload may have; lg_notebook writes a few at most."""

_LITERAL: Any = Literal
_OPTIONAL: Any = NotRequired
_UNIONS: tuple[Any, ...] = (Union, types.UnionType)

_SHOWN = 40
"""Characters of a wrong value that an error quotes."""


def problem(event: dict[str, Any]) -> str | None:
    """Say what is wrong with an event.

    Fields and types of events that a later version may have are ignored.

    Args:
        event: A JSON object.

    Returns:
        The end of a sentence, or None if nothing is wrong.

    Example:
        >>> problem({"type": "update", "seq": 3})
        'a `update` event without data, node, ns, step, t, task'
    """
    kind = event.get("type")
    if not isinstance(kind, str):
        kind = None
    known = _known()
    needed, checks = known.get(kind) or known[None]
    if not needed <= event.keys():
        name = "an event" if kind is None else f"a `{kind}` event"
        return f"{name} without {', '.join(sorted(needed - event.keys()))}"
    for field, check in checks:
        if field in event and not check(event[field]):
            words = f"its `{field}` is {_shown(event[field])}"
            return f"event {_shown(event['seq'])} cannot be understood: {words}"
    return None


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):  # perhaps too deep to write down
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


@functools.cache
def _known() -> dict[str | None, tuple[frozenset[str], list[tuple[str, Check]]]]:
    """Find the fields and checks of each type of event; under None, those of any other type."""
    found: dict[str | None, tuple[frozenset[str], list[tuple[str, Check]]]] = {
        None: (COMMON, _checks(events.Event, type=_check(str)))
    }
    for declared in get_args(events.AnyEvent):
        [kind] = get_args(get_type_hints(declared)["type"])
        found[kind] = COMMON | REQUIRED[kind], _checks(declared)
    return found


def _checks(declared: Any, **more: Check) -> list[tuple[str, Check]]:
    checks = {field: _check(hint) for field, hint in get_type_hints(declared).items()}
    narrow: dict[str, Check] = {
        "seq": _number(_LARGEST),
        "t": _number(_LARGEST),
        "message": _number(_LARGEST),
        "block": _number(_BLOCKS),
        "status": lambda value: value in events.FINAL if isinstance(value, str) else False,
    }
    checks.update((field, check) for field, check in narrow.items() if field in checks)
    return [*checks.items(), *more.items()]


def _number(end: int) -> Check:
    return lambda value: type(value) is int and 0 <= value < end


def _check(hint: Any) -> Check:  # noqa: PLR0911 - a line per form of a type
    """Make the check of a type. A literal is any text: later versions may have more."""
    if hint is Any:
        return lambda value: not _is_deep(value, _DEEPEST)
    if hint is int:
        return lambda value: type(value) is int and -_LARGEST <= value < _LARGEST
    if hint is float:
        return lambda value: type(value) is float or type(value) is int
    if hint in (str, bool, type(None)):
        return lambda value: type(value) is hint
    origin: Any = get_origin(hint)
    parts = get_args(hint)
    if origin is _LITERAL:
        return lambda value: type(value) is str
    if origin in _UNIONS:
        checks = [_check(part) for part in parts]
        return lambda value: any(check(value) for check in checks)
    if origin is list:
        item = _check(parts[0])
        return lambda value: isinstance(value, list) and all(map(item, value))
    if origin is dict:
        item = _check(parts[1])
        return lambda value: isinstance(value, dict) and all(map(item, value.values()))
    return _fields(hint)


def _fields(declared: Any) -> Check:
    checks: dict[str, tuple[bool, Check]] = {}
    for field, hint in get_type_hints(declared, include_extras=True).items():
        optional = get_origin(hint) is _OPTIONAL
        checks[field] = optional, _check(get_args(hint)[0] if optional else hint)

    def conforms(value: Any) -> bool:
        return isinstance(value, dict) and all(
            check(value[field]) if field in value else optional
            for field, (optional, check) in checks.items()
        )

    return conforms


def _is_deep(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and (
        not levels or any(_is_deep(each, levels - 1) for each in value)
    )
