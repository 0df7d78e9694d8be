"""Patches for LangGraph and LangChain on Python < 3.11, and their removal.

There, `asyncio.create_task` has no `context` argument. So LangGraph awaits a node's coroutine
without the config that the node's model calls need, and older versions of langchain-core do the
same. Both check for this with a name of their own module, and both refer to asyncio by a name of
their module. The first name is replaced by a `Gate`, the second by an `Asyncio` with `context`.
"""

from __future__ import annotations

import asyncio
import importlib
import types
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import PatchMismatchError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from contextvars import Context

inside: ContextVar[bool] = ContextVar("lg_notebook_bridge", default=False)
"""Whether the code that runs in this context is bridged."""


class Gate:
    """Answers whether asyncio accepts a context: true if the bridge is active.

    LangGraph reads it as a constant (`ASYNCIO_ACCEPTS_CONTEXT`), and langchain-core calls it
    (`asyncio_accepts_context`).

    Attributes:
        everywhere: Whether the bridge is active in the whole process.
    """

    def __init__(self) -> None:
        self.everywhere = False

    def __bool__(self) -> bool:
        return self.everywhere or inside.get()

    def __call__(self) -> bool:
        """Return the answer to langchain-core."""
        return bool(self)


class Asyncio(types.ModuleType):
    """The module `asyncio`, with a `create_task` that accepts a context on every Python."""

    def __init__(self) -> None:
        super().__init__("asyncio", asyncio.__doc__)

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    def create_task(
        coro: Coroutine[Any, Any, Any], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        """Make a task, as `asyncio.create_task` does from Python 3.11 on."""
        if context is None:
            return asyncio.create_task(coro, name=name)
        # A task runs in a copy of the context that it is made in.
        return context.run(asyncio.create_task, coro, name=name)


class Patch:
    """Replaces the names in all modules that need it, or in none.

    Args:
        gate: Decides for each call.
    """

    def __init__(self, gate: Gate) -> None:
        proxy = Asyncio()
        self._replacements: dict[str, dict[str, Any]] = {
            "langgraph._internal._runnable": {"asyncio": proxy, "ASYNCIO_ACCEPTS_CONTEXT": gate},
            "langchain_core.runnables.utils": {"asyncio": proxy, "asyncio_accepts_context": gate},
        }
        self._originals: list[tuple[types.ModuleType, str, Any]] = []

    @property
    def placed(self) -> bool:
        """Whether the patch is in place."""
        return bool(self._originals)

    def place(self) -> None:
        """Put the patch in place; do nothing if it is.

        Raises:
            PatchMismatchError: A name is missing or has an unexpected value. Nothing is changed.
        """
        if self.placed:
            return
        originals = [
            (module, name, _expected(module, name))
            for path, names in self._replacements.items()
            for module in [_module(path)]
            for name in names
        ]
        # Asyncio first: code that reads the gate as true needs it.
        for module, name, _ in originals:
            setattr(module, name, self._replacements[module.__name__][name])
        self._originals = originals

    def restore(self) -> None:
        """Restore the original names; do nothing if they are restored."""
        originals, self._originals = self._originals, []
        for module, name, original in reversed(originals):
            # Other code may have replaced the name since; then it stays.
            if getattr(module, name, None) is self._replacements[module.__name__][name]:
                setattr(module, name, original)


def _module(path: str) -> types.ModuleType:
    try:
        return importlib.import_module(path)
    except ImportError as error:
        raise PatchMismatchError(f"there is no module {path}") from error


def _expected(module: types.ModuleType, name: str) -> Any:
    """Return the module's value of a name if the bridge may replace it.

    Raises:
        PatchMismatchError: The name is missing or has an unexpected value.
    """
    found = getattr(module, name, None)
    if name == "asyncio":
        known = found is asyncio
    elif name.isupper():
        known = found is False
    else:
        known = callable(found)
    if not known:
        raise PatchMismatchError(
            f"{module.__name__}.{name} is {'something else' if found else 'missing'}"
        )
    return found
