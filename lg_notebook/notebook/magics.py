"""The magics `%%lgstream` and `%lgstream`."""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

from lg_notebook.kernel import environment
from lg_notebook.notebook import arguments
from lg_notebook.notebook.cell_body import aevaluate, evaluate
from lg_notebook.notebook.magic_call import Request
from lg_notebook.notebook.usage_errors import usage_errors

if TYPE_CHECKING:
    from collections.abc import Coroutine

_INSTEAD = "let %%lgstream be all that there is in the cell, or use `await awatch(…)`"

AWAITED = "_lgstream_awaited"
"""Name of the hidden magics whose result is awaited (see `lg_notebook.notebook.await_magic`)."""


def _show(magic: Any) -> None:
    sys.stdout.write(f"{inspect.getdoc(magic)}\n")


def _answering(request: Request, evaluator: Any) -> Any:
    return request.aanswer if evaluator is aevaluate else request.answer


@magics_class
class StreamMagics(Magics):
    """Stream a LangGraph graph in a cell."""

    @no_var_expand
    @cell_magic
    @arguments.document(arguments.CELL)
    def lgstream(self, line: str, cell: str) -> None:
        """Run a graph on the cell's input and show every token as it comes.

        The cell is Python; its last expression is the graph's input. The run is then in
        `_run`.

            %%lgstream graph
            {"topic": "ice cream"}

        If the graph stopped at an interrupt, --resume answers; the cell may then be empty.

            %%lgstream graph --resume "yes"

        With --background the cell ends immediately; `await _run` or _run.wait(timeout) waits.

        EXPR is a Python expression without spaces, or with them inside brackets.

        Below Python 3.11 lg_notebook's own runs keep every token of async code;
        lg_notebook.bridge.install() does the same for plain graph.astream(...) cells.
        """
        self._run(*self._cell(line, cell, evaluate))

    @no_var_expand
    @line_magic("lgstream")
    @arguments.document(arguments.LINE)
    def lgstream_line(self, line: str) -> None:
        """Run a graph on an input and show every token as it comes.

        The run is then in `_run`. `%lgstream --replay FILE` shows a recorded run.

            %lgstream graph {"topic": "ice cream"}

        If the graph stopped at an interrupt: `%lgstream graph --resume "yes"`.

        Below Python 3.11 lg_notebook's own runs keep every token of async code;
        lg_notebook.bridge.install() does the same for plain graph.astream(...) cells.
        """
        self._run(*self._line(line, evaluate))

    @no_var_expand
    @cell_magic(AWAITED)
    def lgstream_awaited(self, line: str, cell: str) -> Coroutine[Any, Any, None]:
        """`%%lgstream`, awaited."""
        return self._arun(*self._cell(line, cell, aevaluate))

    @no_var_expand
    @line_magic(AWAITED)
    def lgstream_line_awaited(self, line: str) -> Coroutine[Any, Any, None]:
        """`%lgstream`, awaited."""
        return self._arun(*self._line(line, aevaluate))

    def _cell(self, line: str, cell: str, evaluator: Any) -> tuple[Request | None, Any]:
        """Make the request, and a function that returns its input (or a coroutine of it).

        The request is None if the line was a call for help, which is then shown.
        """
        options = arguments.CELL.parse_args(arguments.split(line))
        if options.help:
            _show(self.lgstream)
            return None, None
        request = Request(self.shell, options)
        if options.resume is not None:
            return request, functools.partial(_answering(request, evaluator), cell)
        if request.options.text:
            return request, functools.partial(request.text, cell)
        return request, functools.partial(evaluator, self.shell, cell)

    def _line(self, line: str, evaluator: Any) -> tuple[Request | None, Any]:
        options = arguments.LINE.parse_intermixed_args(arguments.split(line))
        if options.help:
            _show(self.lgstream_line)
            return None, None
        request = Request(self.shell, options)
        given = " ".join(options.input)
        if request.replay:
            return request, lambda: None
        if options.speed is not None:
            raise UsageError("--speed goes with --replay.")
        if options.resume is not None:
            if given:
                raise UsageError("--resume answers, so there is no input: leave it out.")
            return request, functools.partial(_answering(request, evaluator), "")
        if not given:
            raise UsageError("The input is missing: %lgstream GRAPH INPUT.")
        if options.text:
            return request, functools.partial(request.text, arguments.unquote(given))
        return request, functools.partial(evaluator, self.shell, given)

    @staticmethod
    def _run(request: Request | None, give: Any) -> None:
        if request is None:
            return
        session = request.session(request.input(give()))
        if request.options.background:
            session.start()
            return
        with usage_errors(session.begun):
            session.block(threaded=environment.has_running_loop(), instead=_INSTEAD)

    @staticmethod
    async def _arun(request: Request | None, give: Any) -> None:
        if request is None:
            return
        try:
            value = give()
            if asyncio.iscoroutine(value):
                value = await value
            session = request.session(request.input(value))
            if request.options.background:
                session.start()
                return
            with usage_errors(session.begun):
                await session.arun()
        except asyncio.CancelledError:
            # ipykernel turns an interrupt into a cancellation of the cell; this reverses it. Only
            # here: raised outside a cell's own task, it would end the event loop.
            raise KeyboardInterrupt from None
