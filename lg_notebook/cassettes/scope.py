"""Which cassette answers here and now."""

from __future__ import annotations

import contextvars
import threading
from typing import Protocol

from lg_notebook.cassettes.model_methods import Responder


class Scoped(Responder, Protocol):
    """What this module needs to know of a cassette.

    Attributes:
        records: Whether it asks the model if it has no answer.
    """

    records: bool


_context: contextvars.ContextVar[tuple[Scoped, ...]] = contextvars.ContextVar(
    "lg_notebook_cassette", default=()
)
_entered: list[Scoped] = []
_process_wide: list[Scoped] = []
_lock = threading.RLock()


def enter(cassette: Scoped) -> None:
    """Use a cassette in this context."""
    with _lock:
        _entered.append(cassette)
    _context.set((*_context.get(), cassette))


def leave(cassette: Scoped) -> None:
    """Use a cassette no longer in this context."""
    entered = list(_context.get())
    for at in reversed(range(len(entered))):  # the innermost use alone
        if entered[at] is cassette:
            del entered[at]
            break
    _context.set(tuple(entered))
    with _lock:
        _entered.remove(cassette)


def use(cassette: Scoped) -> bool:
    """Use a cassette in the whole process; whether it was not used so before."""
    with _lock:
        if cassette in _process_wide:
            return False
        _process_wide.append(cassette)
        return True


def close(cassette: Scoped) -> bool:
    """Use a cassette no longer in the whole process; whether it was used so before."""
    with _lock:
        if cassette not in _process_wide:
            return False
        _process_wide.remove(cassette)
        return True


def _here() -> list[Scoped]:
    """The cassettes that answer here and now, the first one first.

    First the innermost `with` of this context, or if a thread has lost its context, the only one
    that is open. After it, in the model's place, the last one that is used process-wide.
    """
    # A context may be a copy that outlived the `with` in which it was made.
    here = [each for each in _context.get() if each in _entered]
    if not here and len(_entered) == 1 and not _process_wide:
        here = _entered
    return [*here[-1:], *_process_wide[-1:]]


def current(tried: tuple[Responder, ...]) -> Scoped | None:
    """Find the next cassette for a request.

    Args:
        tried: The cassettes that already got it.

    Returns:
        A cassette; None: the model itself.
    """
    return next((each for each in _here() if each not in tried), None)


def answers_all() -> bool:
    """Whether cassettes answer every request here and now, so that no model is ever called."""
    return any(not each.records for each in _here())
