"""Turn a cell that is one `%%lgstream` into an awaited cell, on the kernel's own event loop.

IPython does not await magics. But a cell whose transformed source is `await …` runs on the
kernel's loop: the user's async objects work there, and the front end's messages get through.
The source is rewritten only when it is that one call and nothing else, autoawait is on, and
no cell is running already; everything else (`%%time`, `run_cell_magic` from code) takes the
sync magic. A cell that waits for a run is rewritten in the same way (see
`lg_notebook.notebook.await_wait`).
"""

from __future__ import annotations

import ast
from typing import Any

from lg_notebook.notebook import await_wait
from lg_notebook.notebook.magics import AWAITED

_CALLS = {"run_cell_magic", "run_line_magic"}


def _is_the_magic(tree: ast.Module) -> bool:
    """Whether the source is `get_ipython().run_cell_magic('lgstream', …)` alone."""
    match tree.body:
        case [
            ast.Expr(
                ast.Call(
                    func=ast.Attribute(value=ast.Call(func=ast.Name("get_ipython")), attr=name),
                    args=[ast.Constant("lgstream"), *line, ast.Constant(body)],
                )
            )
        ]:
            # Only an answer has something to await without a body; else it is an error.
            answers = any("--resume" in ast.unparse(each) for each in line)
            return name in _CALLS and bool(str(body).strip() or answers)
    return False


class Awaiter:
    """The input transformer, and the count of running cells that it needs.

    Args:
        shell: IPython's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._running = 0

    def register(self) -> None:
        """Add the transformer to the shell."""
        self._shell.input_transformers_post.append(self)
        self._shell.events.register("pre_run_cell", self._enter)
        self._shell.events.register("post_run_cell", self._leave)

    def unregister(self) -> None:
        """Remove the transformer."""
        self._shell.input_transformers_post.remove(self)
        self._shell.events.unregister("pre_run_cell", self._enter)
        self._shell.events.unregister("post_run_cell", self._leave)

    def _enter(self, *_: object) -> None:
        self._running += 1

    def _leave(self, *_: object) -> None:
        # The cell that loads the extension ends, but its begin was not seen.
        self._running = max(self._running - 1, 0)

    def _runs_here(self, name: str) -> bool:
        from lg_notebook._run import Run  # noqa: PLC0415 - `%load_ext` has to be quick
        from lg_notebook.model.run_state import data_of  # noqa: PLC0415

        value = self._shell.user_ns.get(name)
        if not isinstance(value, Run):
            return False
        completion = data_of(value).completion
        return completion is not None and completion.blocks()

    def __call__(self, lines: list[str]) -> list[str]:
        """Transform a cell's lines, as IPython's `input_transformers_post` do."""
        if self._running or not self._shell.autoawait:
            return lines
        source = "".join(lines)
        if ".wait(" in source:
            return await_wait.awaited(source, self._runs_here).splitlines(keepends=True)
        if "lgstream" not in source:
            return lines
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return lines
        if not _is_the_magic(tree):
            return lines
        # The generated call begins with the magic's name: nothing of the user's before it.
        return ["await " + source.replace("'lgstream'", repr(AWAITED), 1)]
