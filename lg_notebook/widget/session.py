"""A run with its view: what the magics, `watch` and `awatch` have in common."""

from __future__ import annotations

import contextlib
import contextvars
import os
import sys
from typing import TYPE_CHECKING, Any

from lg_notebook._run import Run
from lg_notebook.exceptions import CassetteFileError, InputError, LgNotebookError, RecordingError
from lg_notebook.graphs.input_schema import misspelt
from lg_notebook.kernel import environment
from lg_notebook.kernel.user_frames import without_machinery
from lg_notebook.model.run_state import data_of
from lg_notebook.render.static_text import printable
from lg_notebook.render.text_stream import texts
from lg_notebook.runtime import background, sigint
from lg_notebook.runtime.execution import Execution
from lg_notebook.storage.recorder import Recorder
from lg_notebook.widget.background_output import BackgroundOutput
from lg_notebook.widget.live_output import show_static_faces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from lg_notebook.core.run_options import ViewOptions
    from lg_notebook.runtime.run_setup import RunSetup


class Session:
    """Runs a graph once, and shows the run.

    Nothing is shown, and `started` is not called, until the graph has accepted its input.

    Args:
        setup: The graph, with the values that its options have for a run.
        input: Its input.
        config: LangChain's config.
        options: All options, with their defaults (see `run_options.complete`).
        name: The name to show for the graph.
        started: Called with the run when its first task begins, or when it is started in the
            background.

    Attributes:
        run: The run.
        execution: Drives the run, and can stop it.

    Raises:
        GraphTypeError: LangGraph cannot run the graph's parts together.
        RecordingError: The file for the recording cannot be written.
        CassetteFileError: The cassette cannot be opened.

    Example:
        >>> setup = GraphSetup(graph, options, sync=False)
        >>> session = Session(setup, value, None, options, name="graph", started=print)
        >>> run = session.block(threaded=False)
    """

    def __init__(
        self,
        setup: RunSetup,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None,
        options: ViewOptions,
        *,
        name: str,
        started: Callable[[Run], None],
    ) -> None:
        view = options["view"]
        if view == "auto" and environment.kernel() is None:
            view = "text"
        setup.check()
        self._setup = setup
        self._name = name
        self._filters = setup.filters
        self._view = view
        self._started = started
        self._live_output: Any = None
        self._widget: Any = None
        self._background_output: BackgroundOutput | None = None
        self._begun = False
        self._close_cassette: Callable[[], None] = lambda: None
        if view in {"auto", "widget"}:
            self._make_widget(setup, input, config)
        else:
            self.run = Run()
            source = setup.source(input, config, context=setup.context, run=self.run, name=name)
            self.execution = Execution(source)
            self._state: list[int] = []
            sink = self._write if view == "text" else lambda _, __: None
            self._publisher = source.builder.publish(sink)
        self._recorder: Recorder | None = None
        self._cassette = _cassette(options["cassette"])
        if self._cassette is not None:
            self._check(self._cassette)
        record = options["record"]
        if record is not None:
            self._recorder = self._make_recorder(record)
        data_of(self.run).filters = self._filters
        self.execution.source.builder.on_first(self._begin)
        hint = misspelt(setup.graph, input)
        if hint:
            sys.stderr.write(f"{printable(hint)}\n")

    def _check(self, scope: AbstractContextManager[Any]) -> None:
        """Open and close the cassette, so that an error comes before anything runs."""
        try:
            with scope:
                pass
        except LgNotebookError:
            self._discard()
            raise
        except OSError as error:
            self._discard()
            raise CassetteFileError(str(error)) from None

    def _make_recorder(self, path: str | os.PathLike[str]) -> Recorder:
        try:
            return Recorder(self.execution.source.builder, path)
        except OSError as error:
            self._discard()
            raise RecordingError(f"The run cannot be recorded: {error}") from None

    def _make_widget(
        self,
        setup: RunSetup,
        value: object,
        config: Mapping[str, Any] | None,
    ) -> None:
        from lg_notebook.widget.run_widget import RunWidget  # noqa: PLC0415 - slow, and needed only here

        self._widget = RunWidget(setup, config=config, name=self._name)
        _replace(self)
        self.execution, self._publisher = self._widget.begin(value)
        self.run = self._widget.runs[-1]
        self._live_output = self._widget.live_output({"text/plain": ""})
        data_of(self.run).cell = environment.cell()[1]

    def begun(self) -> bool:
        """Whether the graph has accepted its input."""
        return self._begun

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._started(self.run)
        if self._live_output is not None:
            self._live_output.show()
        self._publisher.open()
        if self._recorder is not None:
            self._recorder.open()

    def _write(self, first: int, last: int) -> None:
        text = "".join(texts(self.run, self._filters, first, last, self._state))
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()

    def start(self) -> Run:
        """Run in the background; return immediately.

        Returns:
            The run, which still grows. Waiting for it raises the same errors as `block`.
        """
        if self._widget is None:
            _replace(self)
        else:
            self._widget.background = True
        # In a copy: the cassette's scope is the run's, and not that of the cell's other code.
        contextvars.copy_context().run(self._start)
        return self.run

    def _start(self) -> None:
        loop = self._setup.background_loop()
        with contextlib.ExitStack() as scope:
            if self._cassette is not None:
                scope.enter_context(self._cassette)
            background.start(self.execution, loop, self._open, self._close)
            self._close_cassette = scope.pop_all().close

    def _open(self) -> None:
        self._begin()
        if self._view in {"auto", "widget", "html"}:
            self._background_output = BackgroundOutput(
                self._name, hidden=self._live_output is not None
            )

    def _close(self) -> None:
        try:
            self._end()
            if self._live_output is not None:
                self.execution.completion.arrived = self._widget.store
            if self._background_output is not None:
                self._background_output.fill(self.run, self._filters)
            elif self._view == "text" and self.run.exception is not None:
                sys.stderr.write(f"{printable(environment.sentence(self.run.exception))}\n")
        finally:
            self._close_cassette()
            self.execution.completion.fail(self._failure())

    def close(self) -> None:
        """Stop the run if it has not ended, and close its widget, because its cell runs again."""
        if not self.execution.completion.over:
            self.execution.stop()
        if self._widget is not None:
            self._widget.close()

    def block(self, *, threaded: bool, instead: str = "use `await awatch(…)`") -> Run:
        """Run, and wait for the end.

        Args:
            threaded: Whether to run the graph in a thread of its own.
            instead: What to do if the graph cannot run while this thread waits; ends an error message.

        Returns:
            The run.

        Raises:
            InputError: The graph did not accept its input.
            ServerError: The graph's server refused the run.
            EventLoopConflictError: The graph needs the event loop of this thread.
            KeyboardInterrupt: It was interrupted; the run has status `stopped`.
            Exception: Whatever the graph raised.
        """
        try:
            self._setup.check_loop(instead)
        except RuntimeError:
            self._discard()
            raise
        with self._until_end(instead):
            self.execution.block(threaded=threaded)
        return self.run

    async def arun(self) -> Run:
        """Run on the running event loop; the async form of `block`.

        Raises:
            asyncio.CancelledError: The caller was cancelled; the run has status `stopped`.
        """
        with self._until_end():
            await self.execution.arun()
        return self.run

    @contextlib.contextmanager
    def _until_end(self, instead: str = "") -> Iterator[None]:
        try:
            with self._cassette or contextlib.nullcontext():
                yield
        finally:
            with sigint.held():
                self._end()
        error = self._failure()
        if error is not None:
            raise self._setup.explained(error, instead) if instead else error

    def _failure(self) -> BaseException | None:
        """Choose the exception to raise for a run that has ended, or None."""
        error = self.run.exception
        if self.run.status != "error" or error is None:
            return None
        if not (self.run.tasks or self.run.messages):
            if not getattr(error, "refused", False):  # by the server
                error = InputError(
                    f"The graph did not accept this input: {environment.sentence(error)}"
                )
            error.__suppress_context__ = True
            return error.with_traceback(None)
        error.__traceback__ = without_machinery(error.__traceback__)
        return error

    def _end(self) -> None:
        try:
            self._show_end()
        finally:
            if self._recorder is not None:
                self._recorder.close()
                if self._recorder.loss is not None:
                    sys.stderr.write(f"{printable(self._recorder.loss)}\n")

    def _show_end(self) -> None:
        run = self.run
        accepted = self._begun or run.status != "error"
        if accepted and not self._begun:
            self._begin()
        if self._widget is not None:
            self._widget.finish(keep_widget=self._view == "widget")
            if not accepted:
                self._widget.close()
        elif accepted:
            self._publisher.close()
        if (
            accepted
            and self._background_output is None
            and self._view in {"auto", "widget", "html"}
        ):
            show_static_faces(run, self._filters, hidden=self._live_output is not None)

    def _discard(self) -> None:
        """Close the recorder and the widget of a run that will not start."""
        if self._recorder is not None:
            self._recorder.close()
        if self._widget is not None:
            self._widget.close()


def _cassette(cassette: Any) -> AbstractContextManager[Any] | None:
    if not isinstance(cassette, (str, os.PathLike)):
        return cassette  # type: ignore[no-any-return]
    # Chat models are slow to import, and `%load_ext` has to be quick.
    from lg_notebook.cassettes.cassette import Cassette  # noqa: PLC0415

    return Cassette(cassette)


_shown: dict[str, tuple[str, list[Session]]] = {}
"""Cell id → its last execution, and that one's sessions with a widget or in the background."""


def _replace(session: Session) -> None:
    """Close the sessions of the cell's earlier executions, because nothing shows them any more.

    A run in the background is stopped, since its cell runs again. Widgets are closed, since
    ipywidgets keeps every one, with its run, until then.
    """
    cell, execution = environment.cell()
    if cell is None:
        return
    before, sessions = _shown.get(cell, ("", []))
    if before != execution:
        for each in sessions:
            each.close()
        sessions = []
    _shown[cell] = execution, [*sessions, session]
