"""Patches LangChain's chat models while a cassette is in use, and undoes that exactly.

The four methods by which LangChain calls a model (see `model_methods`) are replaced on every class
that defines them. Those of `BaseChatModel` itself stay: from them LangChain sees what a model can
do.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from langchain_core.language_models.chat_models import BaseChatModel

from lg_notebook.cassettes.model_methods import REPLACEMENTS

if TYPE_CHECKING:
    from lg_notebook.cassettes.model_methods import Current

_PUBLIC = ("generate", "agenerate", "stream", "astream")
"""By these, callers reach a model: classes defined since the patch are found here."""

_lock = threading.RLock()
_installed = 0
_replaced: list[tuple[type, str, Any]] = []
_known: set[type] = set()


def install(current: Current) -> None:
    """Patch chat models; counted.

    Args:
        current: Finds the responder to use.

    Example:
        >>> install(lambda tried: None)  # every model answers itself
        >>> uninstall()
    """
    global _installed  # noqa: PLW0603 - the classes that it replaces methods of are global, too
    with _lock:
        _installed += 1
        if _installed > 1:
            return
        for name in _PUBLIC:
            _replace(BaseChatModel, name, _with_new_classes(getattr(BaseChatModel, name), current))
        _patch(BaseChatModel, current)


def uninstall() -> None:
    """Undo one `install`; the last one restores every method."""
    global _installed  # noqa: PLW0603
    with _lock:
        _installed -= 1
        if _installed > 0:
            return
        for cls, name, original in reversed(_replaced):
            setattr(cls, name, original)
        _replaced.clear()
        _known.clear()


def _replace(cls: type, name: str, replacement: Any) -> None:
    _replaced.append((cls, name, cls.__dict__[name]))
    setattr(cls, name, replacement)


def _with_new_classes(original: Any, current: Current) -> Any:
    """Wrap a public method: patch the model's class first, if that is a new one."""

    @functools.wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self) not in _known:
            with _lock:
                if _installed > 0:
                    _patch(BaseChatModel, current)
        return original(self, *args, **kwargs)

    return call


def _patch(cls: type, current: Current) -> None:
    """Replace the methods of a class and of all its subclasses."""
    if cls not in _known:
        _known.add(cls)
        for name, replacement in REPLACEMENTS.items():
            own = cls.__dict__.get(name)
            if cls is not BaseChatModel and callable(own):
                _replace(cls, name, replacement(own, current))
    subclasses: list[type] = cls.__subclasses__()
    for sub in subclasses:
        _patch(sub, current)
