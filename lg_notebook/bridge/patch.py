"""What stands in LangGraph's and LangChain's place below Python 3.11, and comes out again.

There `asyncio.create_task` takes no `context`, so LangGraph awaits a node's coroutine without
the config that the node's model calls look for, and older versions of langchain-core do the
same. Both ask first whether asyncio can do it, and both find asyncio under a name of their own
module. The answer becomes a `Gate`, the name an `Asyncio` that can.
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
"""Whether the code that runs in this context has asked for the bridge."""


class Gate:
    """The answer to "does asyncio take a context?": yes wherever the bridge is active.

    LangGraph reads it as a constant, langchain-core calls it.

    Attributes:
        everywhere: Whether it is active in the whole process.
    """

    def __init__(self) -> None:
        self.everywhere = False

    def __bool__(self) -> bool:
        return self.everywhere or inside.get()

    def __call__(self) -> bool:
        """Answer langchain-core."""
        return bool(self)


class Asyncio(types.ModuleType):
    """The module `asyncio`, but for a `create_task` that takes a context on every Python."""

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
    """Puts a gate and an asyncio into the modules that need them, all of them or none.

    Args:
        gate: Decides, call by call.
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
        """Whether it is in place."""
        return bool(self._originals)

    def place(self) -> None:
        """Put it in place; again does no harm.

        Raises:
            Moved: A name is missing, or holds something else than it should; nothing is changed.
        """
        if self.placed:
            return
        originals = [
            (module, name, _expected(module, name))
            for path, names in self._replacements.items()
            for module in [_module(path)]
            for name in names
        ]
        # Asyncio goes first: whoever finds the gate open must find it.
        for module, name, _ in originals:
            setattr(module, name, self._replacements[module.__name__][name])
        self._originals = originals

    def restore(self) -> None:
        """Put back what was there; again does no harm."""
        originals, self._originals = self._originals, []
        for module, name, original in reversed(originals):
            # What somebody else has put over it since is theirs to take away.
            if getattr(module, name, None) is self._replacements[module.__name__][name]:
                setattr(module, name, original)


def _module(path: str) -> types.ModuleType:
    try:
        return importlib.import_module(path)
    except ImportError as error:
        raise PatchMismatchError(f"there is no module {path}") from error


def _expected(module: types.ModuleType, name: str) -> Any:
    """What the module has under the name, if it is what the bridge may replace.

    Raises:
        Moved: It is missing, or something else.
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
