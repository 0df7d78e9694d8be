"""Do the same steps in a sync magic and in an awaited one.

A magic is a generator of steps. `take` does each of them immediately; `atake` awaits those that
have something to await. So the order of the steps is written once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    Result = TypeVar("Result")
    Steps = Generator["Step", Any, Result]


class Step(NamedTuple):
    """One step in both of its forms.

    Attributes:
        do: Does it in this thread, and returns its result.
        ado: Does it on the running loop.
    """

    do: Callable[[], Any]
    ado: Callable[[], Awaitable[Any]]


def take(steps: Steps[Result]) -> Result:
    """Do the steps in this thread.

    Args:
        steps: The steps; each receives the result of the one that it has yielded.

    Returns:
        What the generator returns.

    Raises:
        Exception: Whatever a step raises.
    """
    result: Any = None
    while True:
        try:
            step = steps.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        result = step.do()


async def atake(steps: Steps[Result]) -> Result:
    """Do the steps on the running loop; the async form of `take`."""
    result: Any = None
    while True:
        try:
            step = steps.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        result = await step.ado()
