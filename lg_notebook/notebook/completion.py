"""Tab completion for the magics: graphs, options, and the values of options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher

from lg_notebook.core.run_options import OPTIONS
from lg_notebook.graphs.graph import is_graph
from lg_notebook.notebook.choices import suggestions

if TYPE_CHECKING:
    from collections.abc import Callable

_LINE = re.compile(r"^\s*%%?lgstream\s+(.*)$", re.DOTALL)


def matcher(shell: Any) -> Any:
    """Make a matcher for IPython's completer.

    Args:
        shell: IPython's shell.
    """

    @context_matcher(identifier="lg_notebook")
    def complete(context: CompletionContext) -> dict[str, Any]:
        line = context.line_with_cursor[: context.cursor_position]
        magic = _LINE.match(line)
        if magic is None or context.cursor_line > 0:
            return {"completions": [], "suppress": False}
        kind, names = candidates(shell, magic[1])
        found = [
            SimpleCompletion(name, type=kind) for name in names if name.startswith(context.token)
        ]
        return {"completions": found, "suppress": bool(found) or kind not in {"graph", "option"}}

    return complete


def candidates(shell: Any, typed: str) -> tuple[str, list[str]]:
    """What could come next on the line of a magic.

    Args:
        shell: IPython's shell.
        typed: The line behind the magic's name, up to the cursor.

    Returns:
        Their type, and their names. If an option that takes a value comes before the cursor,
        these are its values, as far as they are known; if nothing does, graphs; else options.
    """
    words = typed.split()
    if typed and not typed[-1].isspace():
        words.pop()
    if not words:
        names = shell.user_ns.items()
        graphs = [name for name, value in names if not name.startswith("_") and _is_graph(value)]
        return "graph", graphs
    flags = {option.flag: option for option in OPTIONS.values()}
    option = flags.get(words[-1])
    if option is not None and not option.switch:
        graph = shell.user_ns.get(words[0])
        graph = graph if _is_graph(graph) else None
        if option.name in _SEEN:
            return option.name, _SEEN[option.name](graph, shell.user_ns)
        return option.name, suggestions(option, graph)
    return "option", list(flags)


_MOST = 100
"""Threads that completion reads from a checkpointer."""


def _threads(graph: Any, _: dict[str, Any]) -> list[str]:
    """List the threads that a graph has in memory; a database is not read."""
    from langgraph.checkpoint.memory import InMemorySaver  # noqa: PLC0415 - only for this option

    saver = getattr(graph, "checkpointer", None)
    if not isinstance(saver, InMemorySaver):
        return []
    threads = (str(each) for each in list(saver.storage))
    return [each for each in threads if not any(map(str.isspace, each))][:_MOST]


def _tags(_: object, names: dict[str, Any]) -> list[str]:
    """List the tags of the model calls in the user's runs."""
    from lg_notebook._run import Run  # noqa: PLC0415 - `%load_ext` has to be quick

    runs = [value for value in names.values() if isinstance(value, Run)]
    tags = {tag for run in runs for message in run.messages for tag in message.tags}
    return [*sorted(tags), *(f"!{tag}" for tag in sorted(tags))]


_SEEN: dict[str, Callable[[Any, dict[str, Any]], list[str]]] = {"tag": _tags, "thread": _threads}
"""Options whose values are known from runs: option → lists them."""


def _is_graph(value: object) -> bool:
    return not isinstance(value, type) and is_graph(value)
