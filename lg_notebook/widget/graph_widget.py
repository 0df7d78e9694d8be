"""`GraphWidget`: a graph to run, watch, stop and answer; the only module that uses a comm."""

from __future__ import annotations

import dataclasses
import functools
import html
import os
import threading
import uuid
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from lg_notebook._run import Run
from lg_notebook.core.run_options import WidgetOptions, complete, documented
from lg_notebook.exceptions import MissingFileError, RunningError
from lg_notebook.graphs import capabilities, loop_affinity
from lg_notebook.graphs.graph import graph_name, is_remote
from lg_notebook.graphs.input_schema import input_form, read_form, read_input
from lg_notebook.graphs.topology import topology
from lg_notebook.kernel import comm_pump, environment
from lg_notebook.model.run_state import data_of
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.render.mime_bundle import WIDGET
from lg_notebook.runtime import playback, resume, sigint
from lg_notebook.runtime.publisher import Publisher
from lg_notebook.streams.run_setup import RunSetup
from lg_notebook.widget import assets
from lg_notebook.widget.hub import Hub, code_traits, reference
from lg_notebook.widget.live_output import Stage
from lg_notebook.wire.encoder import encode_log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from typing_extensions import Unpack

    from lg_notebook.events import Topology
    from lg_notebook.runtime.execution import Execution


_INSTEAD = "use `await widget.arun(…)`"


def _module() -> Any:
    """The front end as a trait of the class: the loader, or where anywidget is to reload it, a path.

    Of anything but a trait anywidget makes one for every instance, and with it a class, which
    costs a short run a good part of its time.
    """
    if not assets.LOADER.is_file():
        return ""
    if os.environ.get("ANYWIDGET_HMR") == "1":
        return assets.FRONT_END
    return traitlets.Unicode(assets.LOADER.read_text(encoding="utf-8")).tag(sync=True)


_CODE = {"_esm", "_anywidget_id", "hub", "build"}
"""Traits that say what a page runs: no page may write them."""


@documented(WidgetOptions)
class GraphWidget(anywidget.AnyWidget):
    """A view of a graph's runs, with an input box fit for the graph.

    `display(widget)` shows it before, during and after runs, as often as you like. Without a
    notebook (in a plain script) it runs graphs just as well.

    Args:
        graph: A compiled graph, an `@entrypoint`, an agent, a `RemoteGraph`, or any other
            LangChain `Runnable`.
        config: LangChain's config for every run.
        name: What to call the graph; its own name by default.
        form: Whether to show the input box.
        **options: For every run; see the table of options.

    Attributes:
        runs: The runs so far, oldest first.
        status: `idle` before the first run, else the newest run's status.

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
    background = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003 - likewise

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
        setup = RunSetup(graph, values)
        self._graph = setup.graph
        self._filters = setup.filters
        self._config = config
        self._context = setup.context
        self._by_sync = values["sync"]
        self._name = name or graph_name(self._graph)
        self._tokens = setup.tokens
        self._form = input_form(self._graph)
        self._stages: list[Stage] = []
        self._keep_widget = form
        self._lock = threading.Lock()
        self._last = resume.place(config, setup.context)
        self._execution: Execution | None = None
        self._feed: Publisher | None = None
        self.runs: list[Run] = []
        super().__init__(
            uid=uuid.uuid4().hex,
            graph={
                "name": self._name,
                "input": self._form,
                "topology": None if is_remote(self._graph) else topology(self._graph),
            },
            filters=dataclasses.asdict(self._filters),
            form=form,
            **code_traits(),
        )
        if is_remote(self._graph):
            self._ask_for_topology()
        self.on_msg(self._receive)
        comm_pump.audience[self.model_id] = self

    def _ask_for_topology(self) -> None:
        from lg_notebook.remote.client import credentials  # noqa: PLC0415 - slow, and rare
        from lg_notebook.remote.topology import ask, masked  # noqa: PLC0415 - rare

        redactor = Redactor(self._config, self._context, credentials(self._graph))

        def draw(drawn: Topology) -> None:
            self.graph = {**self.graph, "topology": masked(drawn, redactor)}

        ask(self._graph, draw)

    # ---- running --------------------------------------------------------------------

    def run(
        self,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Run the graph and wait until it ends.

        Args:
            input: The graph's input; a string is the user's message where the graph has a
                `messages` channel.
            config: LangChain's config; the widget's own by default.
            context: LangGraph's run-time context; the widget's own by default.

        Returns:
            The run, also when it was stopped.

        Raises:
            RuntimeError: A run is going on in this widget; or the graph holds something that is
                bound to the event loop of this thread: then `await widget.arun(…)`.
            TypeError: Parts of the graph cannot run together.
            Exception: Whatever the graph raises; the run is in `runs` all the same.
        """
        loop_affinity.check(self._graph, _INSTEAD, sync=self._by_sync)
        execution, run = self._prepare(input, config, context)
        try:
            execution.block(threaded=environment.has_running_loop())
        finally:
            self.finish()
        if run.exception is not None and environment.has_running_loop():
            run.exception = loop_affinity.explained(run.exception, _INSTEAD)
        return _raised(run)

    async def arun(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Run the graph on the running event loop; the async twin of `run`."""
        execution, run = self._prepare(input, config, context)
        try:
            await execution.arun()
        finally:
            self.finish()
        return _raised(run)

    def resume(
        self,
        value: object,
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Answer the interrupt that the newest run waits at, and wait until the graph ends.

        Args:
            value: The answer: what `interrupt(…)` returns in the node. Where several wait, by
                their ids: `{id: answer, …}`.
            config: LangChain's config; that of the newest run by default.
            context: LangGraph's run-time context; likewise.

        Returns:
            The run that goes on from there.

        Raises:
            ValueError: No interrupt waits for an answer, none with such an id, or several do
                and the answer does not say which one is meant.
            RuntimeError: As for `run`.

        Example:
            >>> widget.run("Send the mail", {"configurable": {"thread_id": "1"}}).interrupts
            [Interrupt(value='Shall I send it?', id='…')]
            >>> widget.resume("yes").status
            'done'
        """
        config, context = self._place(config, context)
        return self.run(
            resume.command(value, resume.state(self._graph, config)), config, context=context
        )

    async def aresume(
        self,
        value: object,
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
    ) -> Run:
        """Answer, and run the graph on the running event loop; the async twin of `resume`."""
        config, context = self._place(config, context)
        waiting = await resume.astate(self._graph, config)
        return await self.arun(resume.command(value, waiting), config, context=context)

    def _place(
        self, config: Mapping[str, Any] | None, context: object
    ) -> tuple[Mapping[str, Any], object]:
        """Where an answer goes: to the newest run, unless something else is said."""
        last = self._last if config is None else resume.Place(dict(config), self._last.context)
        return last.config, last.context if context is None else context

    def stop(self) -> None:
        """Stop the run that is going on, if any. Everything that came stays."""
        execution = self._execution
        if execution is not None:
            execution.stop()

    def begin(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        context: object = None,
    ) -> tuple[Execution, Publisher]:
        """Make the next run's execution, not yet driven, and its feed, not yet open.

        Whoever drives it calls `finish` afterwards.

        Raises:
            RuntimeError: A run is going on in this widget.
            TypeError: Parts of the graph cannot run together.
        """
        capabilities.check(self._graph, sync=self._by_sync)
        with self._lock:
            if self._execution is not None:
                msg = "A run is going on in this widget: wait for it, or call stop() first."
                raise RunningError(msg)
            number = len(self.runs)
            config = self._config if config is None else config
            context = self._context if context is None else context
            run = Run()
            data_of(run).filters = self._filters
            execution = playback.execution(
                self._graph,
                read_input(self._graph, input),
                config,
                run=run,
                context=context,
                name=self._name,
                sync=self._by_sync,
                tokens=self._tokens,
            )
            self._execution = execution
            feed = self._feed = Publisher(
                run, functools.partial(self._send_frame, number), execution.settle
            )
            self.runs.append(run)
            self._last = resume.place(config, context)
        with self.hold_sync():  # one message instead of three
            self.problem = ""
            self.count = number + 1
            self.status = "running"
        return execution, feed

    def finish(self, *, keep_widget: bool = False) -> None:
        """Send the rest, say how the run ended, and leave the runs in every output.

        Args:
            keep_widget: Leave the live widget in the outputs as well.
        """
        feed, execution = self._feed, self._execution
        if feed is None or execution is None:
            return
        try:
            with sigint.held():
                feed.close()
                self.status = execution.run.status
                self._keep_widget = keep_widget or self.form
                self.keep()
        finally:
            self._execution = None

    def keep(self) -> None:
        """Leave the runs in every output."""
        for stage in self._stages:
            stage.keep(self.runs, widget=self._keep_widget)

    def _prepare(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None,
        context: object,
    ) -> tuple[Execution, Run]:
        execution, feed = self.begin(input, config, context)
        execution.changed = feed.changed
        feed.open()
        return execution, self.runs[-1]

    # ---- the wire -------------------------------------------------------------------

    def add_traits(self, **traits: Any) -> None:
        """Add traits to this instance, but for those that its class has: anywidget adds its own."""
        new = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if new:
            super().add_traits(**new)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page has written, but never the code that pages run."""
        super().set_state({key: sync_data[key] for key in sync_data.keys() - _CODE})

    def _send_frame(self, number: int, first: int, last: int) -> None:
        if self._is_shown_somewhere():
            log = data_of(self.runs[number]).log
            frame, buffer = encode_log(log, run=number, first=first, last=last)
            self.send(frame, [buffer])

    def _is_shown_somewhere(self) -> bool:
        """Whether there is a front end at all; scripts have a comm that leads nowhere."""
        comm = self.comm
        # ipykernel's own class, which older versions of ipywidgets take, may be without a kernel.
        kernel = getattr(comm, "kernel", True)
        return comm is not None and kernel is not None and type(comm).__name__ != "DummyComm"

    def _receive(self, _: object, message: object, __: object) -> None:
        """Handle what a view says; anything that is not understood is ignored.

        May be called on another thread than the one that runs the graph (subshells).
        """
        if not isinstance(message, dict):
            return
        kind = message.get("kind")
        if kind == "sync":
            self._sync(message)
        elif kind == "stop":
            self.stop()
        elif kind == "asset":
            self._send_asset(message)
        elif kind == "code":
            self._send_code()
        elif kind == "run":
            self._start_from_view(message.get("input"))
        elif kind == "resume":
            environment.spawn(
                functools.partial(self._run_from_view, self.aresume, message.get("value"))
            )

    def _sync(self, message: dict[str, Any]) -> None:
        """Send one view what it lacks, run by run."""
        have = message.get("have")
        client = message.get("client")
        if not isinstance(have, dict) or not isinstance(client, str):
            return
        for number, run in enumerate(list(self.runs)):
            first = have.get(str(number), 0)
            feed = self._feed if number == len(self.runs) - 1 else None
            # What the feed has not sent yet, everyone gets from it.
            last = len(run) if feed is None else feed.sent
            if isinstance(first, int) and 0 <= first < last:
                frame, buffer = encode_log(
                    data_of(run).log, run=number, first=first, last=last, kind="snapshot"
                )
                self.send({**frame, "client": client}, [buffer])

    def _send_asset(self, message: dict[str, Any]) -> None:
        """Send one view the highlighter; only its name is taken from the message."""
        client, name = message.get("client"), message.get("name")
        if isinstance(client, str) and isinstance(name, str):
            asset = assets.read_asset(name)
            answer = {"kind": "asset", "name": name, "client": client}
            self.send(answer, [asset] if asset else [])

    def _send_code(self) -> None:
        """Send the code of the views with this widget, to a page that cannot find the hub.

        The page's host loads it as it has loaded the loader.
        """
        if self._esm != assets.front_end():
            self._esm = assets.front_end()
        else:
            self.send_state("_esm")

    def _start_from_view(self, given: object) -> None:
        try:
            value = read_form(self._form, given)
        except ValueError as error:
            self.problem = str(error)
            return
        environment.spawn(functools.partial(self._run_from_view, self.arun, value))

    async def _run_from_view(
        self, start: Callable[[object], Awaitable[Run]], value: object
    ) -> None:
        before = len(self.runs)
        try:
            await start(value)
        except Exception as error:  # noqa: BLE001 - the view shows it
            if len(self.runs) == before or not self.runs[-1].tasks:
                self.problem = f"The graph did not start: {environment.sentence(error)}"

    # ---- display --------------------------------------------------------------------

    def _identity(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "graph": self.graph,
            "filters": self.filters,
            "form": self.form,
        }

    def stage(self, plain: dict[str, Any]) -> Stage:
        """A new live display of this widget, not yet open.

        Args:
            plain: MIME bundle for hosts that show neither our renderer nor widgets.
        """
        # Colab adds its metadata by itself only to what the main thread displays, and a run's
        # place opens in the thread that runs the graph; anywidget knows what to say there.
        data, about = self._repr_mimebundle_() or ({}, {})
        view = data.get(WIDGET) if self._is_shown_somewhere() else None
        stage = Stage(self._identity(), view, plain, about)
        self._stages.append(stage)
        return stage

    def _ipython_display_(self) -> None:
        words = f"{self!r}: a live view, which needs its kernel or lg_notebook's renderer."
        stage = self.stage({"text/plain": repr(self), "text/html": f"<p>{html.escape(words)}</p>"})
        stage.open()
        if self.runs and self._execution is None:
            stage.keep(self.runs, widget=True)

    def __repr__(self) -> str:
        return f"GraphWidget({self._name})"


def _raised(run: Run) -> Run:
    if run.status == "error" and run.exception is not None:
        raise run.exception
    return run
