"""Writes events: numbers them, and says where they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.privacy.withholding import Withholder

if TYPE_CHECKING:
    from lg_notebook.core.location import PlaceFields
    from lg_notebook.events import AnyEvent


class EventWriter:
    """The log's pen.

    Args:
        withhold: What not to write (`core.limits.KINDS`).

    Attributes:
        discretion: What takes out of the events what must not leave Python; None: nothing must.
        seq: `seq` of the next event.
        t: Nanoseconds since the run began, for the events to come.
        page: The events written since it was turned.
    """

    def __init__(self, withhold: frozenset[str] = frozenset()) -> None:
        self.discretion = Withholder(withhold) if withhold else None
        self.seq = 0
        self.t = 0
        self.page: list[AnyEvent] = []

    def turn(self, t: int) -> None:
        """Begin a new page.

        Args:
            t: Nanoseconds since the run began.
        """
        self.t = t
        self.page = []

    def write(self, kind: str, at: PlaceFields, /, **more: Any) -> None:
        """Write an event.

        Args:
            kind: Its `type`.
            at: Where it happened.
            **more: What it carries.
        """
        event: Any = {"type": kind, "seq": self.seq, "t": self.t, **at, **more}
        if self.discretion is not None:
            self.discretion.keep(event)
        self.page.append(event)
        self.seq += 1
