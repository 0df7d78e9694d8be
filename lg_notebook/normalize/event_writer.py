"""Write events, with their numbers, times and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.core.text import all_sound
from lg_notebook.privacy.withholding import Withholder

if TYPE_CHECKING:
    from lg_notebook.core.location import PlaceFields
    from lg_notebook.events import AnyEvent


class EventWriter:
    """Writes the events of a run.

    Args:
        withhold: The kinds of data to leave out (`core.limits.KINDS`).

    Attributes:
        withholder: Removes withheld data from the events; None if nothing is withheld.
        seq: `seq` of the next event.
        t: Time of the next events, in nanoseconds since the run began.
        events: The events since the last `begin`.

    Example:
        >>> writer = EventWriter()
        >>> writer.begin(5)
        >>> writer.write("update", place(node="write"), data={})
        >>> writer.events[0]["seq"], writer.events[0]["t"]
        (0, 5)
    """

    def __init__(self, withhold: frozenset[str] = frozenset()) -> None:
        self.withholder = Withholder(withhold) if withhold else None
        self.seq = 0
        self.t = 0
        self.events: list[AnyEvent] = []

    def begin(self, t: int) -> None:
        """Begin a new list of events.

        Args:
            t: Their time, in nanoseconds since the run began.
        """
        self.t = t
        self.events = []

    def write(self, kind: str, at: PlaceFields, /, **more: Any) -> None:
        """Write an event, with every text made sound (see `core.text`).

        Args:
            kind: Its `type`.
            at: Its place.
            **more: Its other fields.
        """
        event: Any = {"type": kind, "seq": self.seq, "t": self.t, **at, **more}
        if self.withholder is not None:
            self.withholder.apply(event)
        self.events.append(all_sound(event))
        self.seq += 1
