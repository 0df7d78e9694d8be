"""Load and unload the IPython extension."""

from __future__ import annotations

from typing import Any

from lg_notebook import bridge
from lg_notebook.notebook import completion
from lg_notebook.notebook.await_magic import Awaiter
from lg_notebook.notebook.cell_body import filled
from lg_notebook.notebook.magics import AWAITED, StreamMagics

_loaded: dict[int, tuple[Awaiter | None, Any]] = {}


def load(shell: Any) -> None:
    """Register the magics, completion and awaiting; loading twice is harmless.

    Args:
        shell: IPython's shell.
    """
    if id(shell) in _loaded:
        return
    bridge.install(scoped=True)
    shell.register_magics(StreamMagics(shell))
    shell.input_transformers_post.append(filled)  # before the awaiter, which reads its result
    awaiter = None
    if getattr(shell, "kernel", None) is not None:
        awaiter = Awaiter(shell)
        awaiter.register()
    match = completion.matcher(shell)
    if shell.Completer is not None:
        shell.Completer.custom_matchers.append(match)
    _loaded[id(shell)] = awaiter, match


def unload(shell: Any) -> None:
    """Remove everything that `load` registered.

    Args:
        shell: IPython's shell.
    """
    registered = _loaded.pop(id(shell), None)
    if registered is None:
        return
    bridge.uninstall(scoped=True)
    awaiter, match = registered
    shell.input_transformers_post.remove(filled)
    if awaiter is not None:
        awaiter.unregister()
    if shell.Completer is not None:
        shell.Completer.custom_matchers.remove(match)
    for kind in ("cell", "line"):
        for name in ("lgstream", AWAITED):
            shell.magics_manager.magics[kind].pop(name, None)
    shell.magics_manager.registry.pop(StreamMagics.__name__, None)
