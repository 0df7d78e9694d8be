"""`GraphWidget`: run, watch, stop and answer a graph from a notebook."""

from __future__ import annotations

import dataclasses
import html
import logging
import os
import uuid
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from lg_notebook.core.run_options import WidgetOptions, complete, documented
from lg_notebook.exceptions import MissingFileError
from lg_notebook.kernel import comm_pump
from lg_notebook.model.run_state import data_of
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.render.mime_bundle import WIDGET, static_faces
from lg_notebook.runtime.run_setup import GraphSetup, RunSetup
from lg_notebook.widget import assets
from lg_notebook.widget.front_end_messages import FrontEndMessages
from lg_notebook.widget.hub import Hub, code_traits, reference
from lg_notebook.widget.live_output import LiveOutput
from lg_notebook.widget.widget_runs import WidgetRuns
from lg_notebook.wire.encoder import encode_log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from lg_notebook._run import Run
    from lg_notebook.events import Topology


def _module() -> Any:
    """Return the widget's code: the loader as a trait, or a path that anywidget reloads.

    From anything but a trait, anywidget makes a new trait and a new class for every instance.
    A short run would spend much of its time on that.
    """
    if not assets.LOADER.is_file():
        return ""
    if os.environ.get("ANYWIDGET_HMR") == "1":
        return assets.FRONT_END
    return traitlets.Unicode(assets.LOADER.read_text(encoding="utf-8")).tag(sync=True)


_LOG = logging.getLogger(__name__)

_WRITABLE: frozenset[str] = frozenset()
"""Traits that a page may write. A page asks by messages instead (see `front_end_messages`)."""


@documented(WidgetOptions)
class GraphWidget(anywidget.AnyWidget):
    """Run a graph from an input box or from code, and show its runs.

    `display(widget)` shows it before, during and after runs, as often as you like. In a plain
    script, without a notebook, it runs graphs too.

    Args:
        graph: A compiled graph, an `@entrypoint`, an agent, a `RemoteGraph`, or any other
            LangChain `Runnable`.
        config: LangChain's config for every run.
        name: Name of the graph in the view; its own name by default.
        form: Whether to show the input box.
        **options: Options for every run; see the table of options.

    Attributes:
        runs: The runs of this widget, oldest first.
        status: `idle` before the first run, else the newest run's status.
        thread: The thread of runs whose config names none, if the graph has a checkpointer; else
            None. Each widget has its own.

    Raises:
        GraphTypeError: The object is not a graph, or does not stream in this version.
        OptionError: There is no such option, node, kind, version or mode, or `tokens` is not a
            name.

    Example:
        >>> widget = GraphWidget(graph)
        >>> display(widget)
        >>> widget.run({"topic": "ice cream"}).text()
        'Why did the ice cream …'
    """

    _esm = _module()
    _anywidget_id = traitlets.Unicode("lg_notebook.widget.GraphWidget").tag(sync=True)
    hub = traitlets.Instance(Hub, allow_none=True).tag(sync=True, to_json=reference)
    build = traitlets.Unicode("").tag(sync=True)
    uid = traitlets.Unicode().tag(sync=True)
    graph = traitlets.Dict().tag(sync=True)
    form = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003 - traitlets' own form
    status = traitlets.Unicode("idle").tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)
    filters = traitlets.Dict().tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    background = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003 - traitlets' own form

    def __init__(
        self,
        graph: object,
        *,
        config: Mapping[str, Any] | None = None,
        name: str | None = None,
        form: bool = True,
        **options: Unpack[WidgetOptions],
    ) -> None:
        values = complete(WidgetOptions, options, "GraphWidget", ["config", "name", "form"])
        if not assets.FRONT_END.is_file():
            msg = "The front end is not built: run `python dev.py build` in the source checkout."
            raise MissingFileError(msg)
        self._show(
            GraphSetup(graph, values, sync=values["sync"]),
            config=config, name=name, form=form, own_thread=True,
        )  # fmt: skip

    def _show(
        self,
        setup: RunSetup,
        *,
        config: Mapping[str, Any] | None = None,
        name: str | None = None,
        form: bool = True,
        own_thread: bool = False,
    ) -> None:
        """Become the view of a graph's or a recording's runs."""
        self._name = name or setup.name
        inputs = setup.form()
        anywidget.AnyWidget.__init__(
            self,
            uid=uuid.uuid4().hex,
            graph={
                "name": self._name,
                "input": inputs,
                "topology": setup.drawing(),
            },
            filters=dataclasses.asdict(setup.filters),
            form=form,
            **code_traits(),
        )
        self._runs = WidgetRuns(
            setup, config, name=self._name, send=self._send_frame,
            set_traits=self._set_traits, has_form=lambda: self.form, own_thread=own_thread,
        )  # fmt: skip
        self.runs: list[Run] = self._runs.runs
        if setup.remote:
            self._request_topology(setup, config)
        messages = FrontEndMessages(
            self._runs, inputs, send=self._send_answer, send_code=self._send_code,
            show_problem=lambda words: self._set_traits(problem=words),
        )  # fmt: skip
        self.on_msg(messages.receive)
        comm_pump.widgets[self.model_id] = self

    @property
    def thread(self) -> str | None:
        """The thread of runs whose config names none, or None without a checkpointer."""
        return self._runs.thread

    def _request_topology(self, setup: RunSetup, config: Mapping[str, Any] | None) -> None:
        """Request the topology from a remote graph's server, and show it when it arrives."""
        from lg_notebook.remote.client import credentials  # noqa: PLC0415 - slow, and rare
        from lg_notebook.remote.topology import ask, masked  # noqa: PLC0415 - rare

        redactor = Redactor(config, setup.context, credentials(setup.graph))

        def draw(drawn: Topology) -> None:
            self.graph = {**self.graph, "topology": masked(drawn, redactor)}

        ask(setup.graph, draw)

    def run(
        self,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Run the graph and wait until it ends.

        Args:
            input: The graph's input. If the graph has a `messages` channel, a string is the
                user's message.
            config: LangChain's config; the widget's own by default.
            context: LangGraph's run-time context; the widget's own by default.

        Returns:
            The run, also if it was stopped.

        Raises:
            RunningError: A run of this widget has not ended.
            EventLoopConflictError: The graph belongs to the event loop of this thread: then
                use `await widget.arun(…)`.
            GraphTypeError: LangGraph cannot run the graph's parts together.
            Exception: Whatever the graph raised. The run is in `runs` nevertheless.

        Example:
            >>> widget.run({"topic": "ice cream"}).status
            'done'
        """
        return self._runs.run(input, config, context)

    async def arun(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Run the graph on the running event loop; the async form of `run`.

        Example:
            >>> run = await widget.arun({"topic": "ice cream"})
        """
        return await self._runs.arun(input, config, context)

    def resume(
        self,
        value: object,
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Answer the newest run's interrupt, and wait until the graph ends.

        Args:
            value: The answer, which `interrupt(…)` returns in the node. If the run has several
                interrupts, their ids with an answer each: `{id: answer, …}`.
            config: LangChain's config; that of the newest run by default.
            context: LangGraph's run-time context; that of the newest run by default.

        Returns:
            The run that continues from the interrupt.

        Raises:
            AnswerError: There is no interrupt, or none with such an id, or several and the
                answer names no id.
            RunningError: A run of this widget has not ended.
            Exception: Whatever `run` raises.

        Example:
            >>> widget.run("Send the mail", {"configurable": {"thread_id": "1"}}).interrupts
            [Interrupt(value='Shall I send it?', id='…')]
            >>> widget.resume("yes").status
            'done'
        """
        return self._runs.resume(value, config, context)

    async def aresume(
        self,
        value: object,
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Answer an interrupt on the running event loop; the async form of `resume`.

        Example:
            >>> run = await widget.aresume("yes")
        """
        return await self._runs.aresume(value, config, context)

    def stop(self) -> None:
        """Stop the current run, if any, and keep the output received so far.

        Example:
            >>> widget.stop()
        """
        self._runs.stop()

    def add_traits(self, **traits: Any) -> None:
        """Add traits to this instance, except those that its class has: anywidget adds its own."""
        new = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if new:
            super().add_traits(**new)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore the traits that a page has written, except those on a list."""
        refused = sorted(sync_data.keys() - _WRITABLE)
        if refused:
            _LOG.debug("a page has written %s, which is ignored", refused)
        super().set_state({key: sync_data[key] for key in sync_data.keys() & _WRITABLE})

    def _set_traits(self, **values: object) -> None:
        with self.hold_sync():  # one message for all of them
            for name, value in values.items():
                setattr(self, name, value)

    def _send_frame(self, number: int, first: int, last: int) -> None:
        if self._is_shown_somewhere():
            log = data_of(self.runs[number]).log
            frame, buffer = encode_log(log, run=number, first=first, last=last)
            self.send(frame, [buffer])

    def _send_answer(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)

    def _is_shown_somewhere(self) -> bool:
        """Whether there is a front end: in a script, the comm leads nowhere."""
        comm = self.comm
        # Older versions of ipywidgets use ipykernel's own class, which may have no kernel.
        kernel = getattr(comm, "kernel", True)
        return comm is not None and kernel is not None and type(comm).__name__ != "DummyComm"

    def _send_code(self) -> None:
        """Send the code of the views with this widget, for a page that cannot find the hub.

        The host loads this code as it loaded the loader.
        """
        if self._esm != assets.front_end():
            self._esm = assets.front_end()
        else:
            self.send_state("_esm")

    def _identity(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "graph": self.graph,
            "filters": self.filters,
            "form": self.form,
        }

    def _live_output(self, plain: dict[str, Any]) -> LiveOutput:
        """Make a live output of this widget, to be shown by the caller.

        Args:
            plain: MIME bundle for hosts that show neither the renderer nor widgets.
        """
        # Colab adds its own metadata only to what the main thread displays. A run's output is
        # displayed by the thread that runs the graph, so anywidget's metadata is passed on.
        data, about = self._repr_mimebundle_() or ({}, {})
        view = data.get(WIDGET) if self._is_shown_somewhere() else None
        output = LiveOutput(self._identity(), view, plain, about)
        self._runs.outputs.append(output)
        return output

    def _ipython_display_(self) -> None:
        words = f"{self!r}: a live view, which needs its kernel or lg_notebook's renderer."
        plain = {"text/plain": repr(self), "text/html": f"<p>{html.escape(words)}</p>"}
        ended = self.runs and not self._runs.is_running
        if ended:
            plain = static_faces(self.runs[-1], self._runs.filters)
        output = self._live_output(plain)
        output.show()
        for run in self.runs:
            data_of(run).cell = output.cell
        if ended:
            output.store(self.runs, widget=True)

    def __repr__(self) -> str:
        return f"GraphWidget({self._name})"
