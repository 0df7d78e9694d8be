"""Tab completion for the magics: options, graphs, nodes, agents."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher

from lg_notebook.core.run_options import OPTIONS
from lg_notebook.graphs.graph import is_graph
from lg_notebook.notebook.choices import suggestions

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
        names = candidates(shell, magic[1])
        found = [SimpleCompletion(name) for name in names if name.startswith(context.token)]
        return {"completions": found, "suppress": bool(found)}

    return complete


def candidates(shell: Any, typed: str) -> list[str]:
    """What could come next on the line of a magic.

    Args:
        shell: IPython's shell.
        typed: The line behind the magic's name, up to the cursor.

    Returns:
        Values if an option that has some comes before the cursor, graphs if nothing does, else
        options.
    """
    words = typed.split()
    if typed and not typed[-1].isspace():
        words.pop()
    if not words:
        names = shell.user_ns.items()
        return [name for name, value in names if not name.startswith("_") and _is_graph(value)]
    flags = {option.flag: option for option in OPTIONS.values()}
    option = flags.get(words[-1])
    if option is not None and (option.choices or option.suggestions):
        graph = shell.user_ns.get(words[0])
        return suggestions(option, graph if _is_graph(graph) else None)
    return list(flags)


def _is_graph(value: object) -> bool:
    return not isinstance(value, type) and is_graph(value)
