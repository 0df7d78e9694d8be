"""Write the interrupts of a run, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langgraph.types import Interrupt

from lg_notebook.core.location import place
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from lg_notebook.normalize.event_writer import EventWriter
    from lg_notebook.privacy.redactor import Redactor


class InterruptWriter:
    """Writes an event per interrupt of a run.

    Args:
        writer: Writes the events.
        redactor: Masks secrets in them.
        objects: Takes LangGraph's own objects, by the events' `seq`.
    """

    def __init__(self, writer: EventWriter, redactor: Redactor, objects: dict[int, Any]) -> None:
        self._writer = writer
        self._redactor = redactor
        self._objects = objects
        self._seen: set[str] = set()

    def take(self, ns: tuple[str, ...], interrupts: Any) -> None:
        """Take the interrupts in an update.

        Args:
            ns: Namespace of the graph that the update comes from.
            interrupts: Its value of `__interrupt__`.
        """
        for each in interrupts if isinstance(interrupts, (list, tuple)) else ():
            name = interrupt_id(each)
            if name in self._seen:
                continue  # the parent graph repeats its subgraph's interrupt
            if name is not None:
                self._seen.add(name)
            value = each.get("value") if isinstance(each, dict) else getattr(each, "value", None)
            self._objects[self._writer.seq] = _interrupt(each)
            shown = payload(value, self._redactor)
            self._writer.write("interrupt", place(ns), id=name, value=shown)


def _interrupt(interrupt: Any) -> Any:
    """Convert an interrupt to LangGraph's own object; a server sends its fields."""
    name = interrupt_id(interrupt)
    if isinstance(interrupt, dict) and "value" in interrupt and name is not None:
        return Interrupt(interrupt["value"], id=name)
    return interrupt


def interrupt_id(interrupt: Any) -> str | None:
    """Return the id of an interrupt, or None in versions of LangGraph without ids.

    Args:
        interrupt: LangGraph's object, or the fields that a server sends.

    Example:
        >>> interrupt_id({"id": "a", "value": "Continue?"})
        'a'
    """
    if isinstance(interrupt, dict):
        found = interrupt.get("id") or interrupt.get("interrupt_id")
    else:
        found = getattr(interrupt, "id", None) or getattr(interrupt, "interrupt_id", None)
    return None if found is None else str(found)
