"""Tab completion for the magics: options, graphs, nodes, agents."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher

from lg_notebook.graphs.graph import agent_names, is_graph, node_names
from lg_notebook.model.filters import KINDS
from lg_notebook.notebook.arguments import OPTIONS

_LINE = re.compile(r"^\s*%%?lgstream\s+(.*)$", re.DOTALL)
_VIEWS = ["auto", "widget", "text", "html"]


def matcher(shell: Any) -> Any:
    """A matcher for IPython's completer.

    Args:
        shell: IPython's shell.
    """

    @context_matcher(identifier="lg_notebook")
    def complete(context: CompletionContext) -> dict[str, Any]:
        line = context.line_with_cursor[: context.cursor_position]
        magic = _LINE.match(line)
        if magic is None or context.cursor_line > 0:
            return {"completions": [], "suppress": False}
        names = _candidates(shell, magic[1])
        found = [SimpleCompletion(name) for name in names if name.startswith(context.token)]
        return {"completions": found, "suppress": bool(found)}

    return complete


def _candidates(shell: Any, typed: str) -> list[str]:
    words = typed.split()
    if typed and not typed[-1].isspace():
        words.pop()
    if not words:
        names = shell.user_ns.items()
        return [name for name, value in names if not name.startswith("_") and _is_graph(value)]
    if words[-1] == "--node":
        graph = shell.user_ns.get(words[0])
        nodes = (node_names(graph) or []) if _is_graph(graph) else []
        return [*nodes, *(f"!{node}" for node in nodes)]
    if words[-1] == "--agent":
        graph = shell.user_ns.get(words[0])
        agents = agent_names(graph) if _is_graph(graph) else []
        return [*agents, *(f"!{agent}" for agent in agents)]
    if words[-1] == "--kind":
        return [*KINDS, *(f"!{kind}" for kind in KINDS)]
    if words[-1] == "--view":
        return _VIEWS
    return OPTIONS


def _is_graph(value: object) -> bool:
    return not isinstance(value, type) and is_graph(value)
