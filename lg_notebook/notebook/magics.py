"""The magics `%%lgstream` and `%lgstream`."""

from __future__ import annotations

import asyncio
import inspect
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

from lg_notebook.kernel import environment
from lg_notebook.notebook import arguments
from lg_notebook.notebook.cell_body import compiled, compiled_statements, evaluation
from lg_notebook.notebook.steps import Step, atake, take
from lg_notebook.notebook.traceback_display import users_traceback
from lg_notebook.notebook.usage_errors import usage_errors

if TYPE_CHECKING:
    import argparse
    from collections.abc import Coroutine

    from lg_notebook.notebook.magic_call import Request
    from lg_notebook.notebook.steps import Steps

_INSTEAD = "let %%lgstream be all that there is in the cell, or use `await awatch(…)`"

AWAITED = "_lgstream_awaited"
"""Name of the hidden magics whose result is awaited (see `lg_notebook.notebook.await_magic`)."""


def _show(magic: Any) -> None:
    sys.stdout.write(f"{inspect.getdoc(magic)}\n")


def _request(shell: Any, options: argparse.Namespace) -> Request:
    from lg_notebook.notebook import magic_call  # noqa: PLC0415 - `%load_ext` has to be quick

    return magic_call.Request(shell, options)


def _started(request: Request, value: object) -> Steps[None]:
    """Run the request's graph on an input."""
    session = request.session(value)
    if request.options.background:
        session.start()
        return

    def block() -> None:
        with usage_errors(session.begun):
            session.block(threaded=environment.has_running_loop(), instead=_INSTEAD)

    async def run() -> None:
        with usage_errors(session.begun):
            await session.arun()

    yield Step(block, run)


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
        self._run(self._cell(line, cell))

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
        self._run(self._line(line))

    @no_var_expand
    @cell_magic(AWAITED)
    def lgstream_awaited(self, line: str, cell: str) -> Coroutine[Any, Any, None]:
        """`%%lgstream`, awaited."""
        return self._arun(self._cell(line, cell))

    @no_var_expand
    @line_magic(AWAITED)
    def lgstream_line_awaited(self, line: str) -> Coroutine[Any, Any, None]:
        """`%lgstream`, awaited."""
        return self._arun(self._line(line))

    def _cell(self, line: str, cell: str) -> Steps[None]:
        """Run the body's statements, and only then evaluate the options, which may need them."""
        options = arguments.cell_options(line, self.shell.user_ns)
        if options.help:
            _show(self.lgstream)
            return
        if options.resume is not None:
            yield from self._answer(options, cell)
            return
        if options.text:
            request = _request(self.shell, options)
            value = request.text(cell)
        else:
            statements, expression = compiled(self.shell, cell)
            yield evaluation(self.shell, statements)
            request = _request(self.shell, options)
            value = request.input((yield evaluation(self.shell, expression)))
        yield from request.warn_of_question()
        yield from _started(request, value)

    def _line(self, line: str) -> Steps[None]:
        options = arguments.LINE.parse_intermixed_args(arguments.split(line))
        if options.help:
            _show(self.lgstream_line)
            return
        given = " ".join(options.input)
        if options.resume is not None and not options.replay:
            if given:
                raise UsageError("--resume answers, so there is no input: leave it out.")
            yield from self._answer(options, "")
            return
        request = _request(self.shell, options)
        if request.replay:
            yield from _started(request, request.input(None))
            return
        if options.speed is not None:
            raise UsageError("--speed goes with --replay.")
        if not given:
            raise UsageError("The input is missing: %lgstream GRAPH INPUT.")
        if options.text:
            value = request.text(arguments.unquote(given))
        else:
            statements, expression = compiled(self.shell, given)
            yield evaluation(self.shell, statements)
            value = request.input((yield evaluation(self.shell, expression)))
        yield from request.warn_of_question()
        yield from _started(request, value)

    def _answer(self, options: argparse.Namespace, body: str) -> Steps[None]:
        """Answer an interrupt; the body prepares the answer."""
        if options.text:
            raise UsageError("--resume answers, so there is no input, and no --text.")
        if body.strip():
            yield evaluation(self.shell, compiled_statements(self.shell, body))
        request = _request(self.shell, options)
        yield from _started(request, (yield from request.answer()))

    def _run(self, steps: Steps[None]) -> None:
        with users_traceback(self.shell):
            take(steps)

    async def _arun(self, steps: Steps[None]) -> None:
        try:
            with users_traceback(self.shell):
                await atake(steps)
        except asyncio.CancelledError:
            # ipykernel turns an interrupt into a cancellation of the cell; this reverses it. Only
            # here: raised outside a cell's own task, it would end the event loop.
            raise KeyboardInterrupt from None
