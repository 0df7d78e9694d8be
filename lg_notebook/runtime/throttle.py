"""Decide when to send; pure, the caller passes the time."""

from __future__ import annotations

INTERVAL = 1_000_000_000 // 30
"""Nanoseconds between two frames at least: thirty messages a second, whatever the model's speed.
The eye takes in no more."""


class Pacer:
    """Decides when the next frame may be sent: immediately after a pause, else after the interval.

    Args:
        interval: Nanoseconds between two frames.

    Example:
        >>> pacer = Pacer(interval=100)
        >>> pacer.wait(now=0), pacer.wait(now=40)
        (0, 0)
        >>> pacer.sent(now=40); pacer.wait(now=60)
        80
        >>> pacer.hurry(); pacer.wait(now=60)
        0
    """

    def __init__(self, interval: int = INTERVAL) -> None:
        self._interval = interval
        self._next = 0
        self._hurried = False

    def hurry(self) -> None:
        """Send the next frame immediately: it has a run's first token."""
        self._hurried = True

    def wait(self, now: int) -> int:
        """Return how long the next frame has to wait.

        Args:
            now: The time, in nanoseconds of any monotonic clock.

        Returns:
            Nanoseconds; 0 if it may be sent.
        """
        return 0 if self._hurried else max(self._next - now, 0)

    def sent(self, now: int) -> None:
        """Note that a frame was sent."""
        self._hurried = False
        self._next = now + self._interval
