"""`Run`: the result of a run, and what to do with it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from lg_notebook.model.doctor import diagnose
from lg_notebook.model.filters import Filters
from lg_notebook.model.run_state import RunState, data_of
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.storage import recording, saved_notebook

if TYPE_CHECKING:
    import os
    import re
    from collections.abc import AsyncIterable, Generator, Iterable, Mapping

    from langchain_core.messages import BaseMessage

    from lg_notebook.core.run_options import Patterns
    from lg_notebook.events import AnyEvent
    from lg_notebook.exports.pandas import Tables


class Run(RunState):
    """One execution of a graph: its messages, tasks, states, and every event.

    While the graph runs, its `Run` grows. Reading it is safe at any time, and at most about a
    thirtieth of a second late. `Run.from_events` folds any iterable of events.

    Attributes:
        status: `running`, `done`, `stopped`, `interrupted` or `error`.
        graph: Name of the graph, or None before the run has begun.
        messages: The messages in order of appearance, each of them once.
        tasks: One entry per execution of a node, in order.
        error: The type and message of the error that ended the run, as text; else None.
        exception: The exception itself, if the run happened in this process.
        duration: Nanoseconds from start to end, or None while running.
        input: The input as it was recorded, cut and masked, or None.
        topology: The graph's nodes and edges as plain data, or None if they are not known.
        usage: The token counts of all messages, summed; None if no provider sent any.

    `copy.deepcopy` and `pickle` work, also while the graph runs. The copy does not grow. Objects in
    it that cannot be pickled are in their recorded form.

    Example:
        >>> from lg_notebook import stream
        >>> run = Run.from_events(stream(graph, {"topic": "ice cream"}))
        >>> run.status, run.text(node="call_model")
        ('done', 'Why did the ice cream …')
    """

    @classmethod
    def from_events(cls, events: Iterable[AnyEvent]) -> Run:
        """Fold events into a run.

        Args:
            events: Events in order. A second event with the same `seq` is dropped. Gaps, as in
                a filtered stream, are closed.

        Returns:
            The run; with status `running` if there is no `run-end` event.

        Example:
            >>> Run.from_events(stream(graph, {"topic": "ice cream"})).status
            'done'
        """
        run = cls()
        writer = RunWriter(run)
        for event in events:
            writer.apply(event)
        return run

    @classmethod
    def from_stream_events(cls, events: Iterable[Mapping[str, Any]]) -> Run:
        """Fold the events of `graph.stream_events(…, version="v3")` into a run.

        For code that runs the graph itself. By default the stream has messages and states; with
        `transformers=` also updates, custom payloads and tools. Only these are in the run.
        `stream(…, version="v3")` requests all of them.

        Args:
            events: LangGraph's stream (from 1.2, experimental), or its protocol events in order.

        Returns:
            The run, when the stream has ended. An exception of the graph is in
            `run.exception`, and is not raised.

        Raises:
            StreamTypeError: It is not such a stream, or is of another kind or version.

        Example:
            >>> events = graph.stream_events({"topic": "ice cream"}, version="v3")
            >>> Run.from_stream_events(events).text()
            'Why did the ice cream …'
        """
        from lg_notebook.runtime.stream_reader import read  # noqa: PLC0415 - slow, and rare

        run = cls()
        read(run, events)
        return run

    @classmethod
    async def afrom_stream_events(cls, events: AsyncIterable[Mapping[str, Any]]) -> Run:
        """Fold the events of `await graph.astream_events(…, version="v3")` into a run.

        The async form of `from_stream_events`, with the same errors.

        Example:
            >>> events = await graph.astream_events({"topic": "ice cream"}, version="v3")
            >>> run = await Run.afrom_stream_events(events)
        """
        from lg_notebook.runtime.stream_reader import aread  # noqa: PLC0415

        run = cls()
        await aread(run, events)
        return run

    @property
    def diagnosis(self) -> str | None:
        """Why tokens are missing, when the run has ended.

        Returns:
            One line per cause, each with its repair, the most important first; None if nothing
            is wrong. Causes are filters that hide everything, models that do not stream or that
            LangGraph does not see, a provider that counts no tokens, and a full disk that did
            not take the whole recording.

        Example:
            >>> print(run.diagnosis)
            The model call of node 'write' is tagged `nostream`, which hides its tokens: take …
        """
        lines = [*diagnose(self, self._data.filters), *self._data.losses]
        return "\n".join(lines) or None

    # ---- while it runs --------------------------------------------------------------

    def wait(self, timeout: float | None = None) -> Run:
        """Wait until the run ends, which runs in the background or in another thread.

        Interrupting the kernel ends only the wait: the run continues.

        Args:
            timeout: Seconds to wait at most; None for no limit.

        Returns:
            The run itself, also if it was stopped; immediately if it has ended or was loaded.

        Raises:
            WaitTimeoutError: The run has not ended in time; it continues.
            EventLoopConflictError: The run uses the event loop that this thread would block:
                use `await run`. A plain `run.wait()` in a notebook's cell is awaited
                automatically.
            Exception: Whatever the graph raised, at every call.

        Example:
            >>> run = watch(graph, {"topic": "ice cream"}, background=True)
            >>> run.wait(timeout=60).text()
            'Why did the ice cream …'
        """
        if self._data.completion is not None:
            self._data.completion.wait(timeout)
        return self

    async def await_(self, timeout: float | None = None) -> Run:
        """The async form of `wait`; `await run` is the same without a timeout.

        Cancelling it ends only the wait: the run continues.

        Example:
            >>> await run.await_(timeout=60)
        """
        if self._data.completion is not None:
            await self._data.completion.awaited(timeout)
        return self

    def __await__(self) -> Generator[Any, None, Run]:
        return self.await_().__await__()

    def stop(self) -> None:
        """Stop the run, from any thread, and keep the output received so far.

        It returns immediately; use `wait` to wait for the end. It does nothing to a run that
        has ended or was loaded.

        Example:
            >>> run.stop()
            >>> run.wait().status
            'stopped'
        """
        if self._data.completion is not None:
            self._data.completion.stop()

    # ---- saving and exporting -------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to a file as JSON Lines, one event a line.

        Args:
            path: The file, which is replaced if it exists. Its usual suffix is `.jsonl`. With
                `.jsonl.gz` it is compressed. `~` is the home folder, here and in every other
                path. A link stays a link, and devices and pipes are written to.

        Raises:
            OSError: The file cannot be written. An older one is as it was.

        Example:
            >>> run.save("joke.jsonl")
            >>> Run.load("joke.jsonl").text() == run.text()
            True
        """
        recording.save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run from a file that `save` or `--record` wrote.

        Args:
            path: The file, compressed or not.

        Returns:
            The run; with status `running` if the recording ends before the run.

        Raises:
            OSError: The file cannot be read.
            RecordingError: The file is not a recording, is broken or not whole in its middle, or
                was written by a newer lg_notebook. The message says which line.

        Example:
            >>> Run.load("joke.jsonl").status
            'done'
        """
        run = cls()
        recording.load(run, path)
        return run

    def replay(self, speed: float | None = 1.0, *, view: str = "auto") -> Run:
        """Show the run again with its own timing, and wait until it has ended.

        Args:
            speed: Factor of the speed: 2.0 is twice as fast. None shows all immediately.
            view: `auto`, `widget`, `text`, `html` or `quiet`, as `%%lgstream --view`.

        Returns:
            The run that was shown: the same events, up to a stop.

        Raises:
            OptionError: The speed is not above 0, or there is no such view.

        Example:
            >>> Run.load("joke.jsonl").replay(speed=2)
        """
        from lg_notebook import _watch  # noqa: PLC0415

        return _watch.replay(self, speed, view=view)

    def redact(self, *words: str | re.Pattern[str]) -> Run:
        r"""Copy the run with certain words masked, to save, export or show the copy.

        They are masked in tokens, tool calls, metadata, inputs, states, results and errors,
        and in numbers that contain one. Upper and lower case differ. A word that is spread
        over several tokens is found; over several payloads of a stream writer it is not. The
        copy has no Python objects, only recorded data.

        Args:
            *words: Texts, or compiled regular expressions.

        Returns:
            The copy.

        Raises:
            ArgumentTypeError: A word is neither a text nor a regular expression.
            ArgumentError: There is no word, or one matches the empty text.

        Example:
            >>> run.redact("Ada Lovelace", re.compile(r"[\w.]+@[\w.]+")).save("public.jsonl")
        """
        from lg_notebook.privacy.word_masking import WordMask  # noqa: PLC0415

        return Run.from_events(WordMask(words).events(self.events))

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """Export the run as one HTML page with the whole interactive view.

        It opens from disk, and needs no network. Its content security policy forbids requests,
        and every script except the view's own.

        Args:
            path: A file to write the page to; None for no file.

        Returns:
            The page.

        Raises:
            MissingFileError: The front end is not built.
            OSError: The file cannot be written. An older one is as it was.

        Example:
            >>> run.to_html("run.html")
        """
        from lg_notebook.exports.html_page import to_html  # noqa: PLC0415

        return to_html(self, path)

    def to_test(
        self,
        path: str | os.PathLike[str],
        *,
        graph: str | None = None,
        cassette: str | os.PathLike[str] | None = None,
    ) -> None:
        """Write a pytest file that asserts this run's status, text and tool calls.

        Without `graph` the test loads the run, which is saved beside it. With `graph` and
        `cassette` the test runs the graph again, and the cassette answers for its models.

        Args:
            path: The file, such as `tests/test_joke.py`. The run is saved beside it, with the
                suffix `.jsonl`.
            graph: Where to import the graph from, as `package.module:name`.
            cassette: The recorded answers of the models (see `lg_notebook.cassette`), as a path
                from the test's folder.

        Raises:
            ArgumentError: Only one of `graph` and `cassette` is set, or `graph` has another
                form.
            OSError: A file cannot be written. An older one is as it was.

        Example:
            >>> run.to_test("test_joke.py", graph="app:graph", cassette="joke.jsonl")
        """
        from lg_notebook.exports.pytest_file import to_test  # noqa: PLC0415

        to_test(self, path, graph, cassette)

    def to_pandas(self) -> Tables:
        """Export the run as pandas tables: tokens, messages, tasks.

        Returns:
            A named tuple of data frames. `lg_notebook.exports.pandas.Tables` describes their
            columns and units.

        Raises:
            MissingPackageError: pandas is not installed.

        Example:
            >>> run.to_pandas().tokens.groupby("node").gap.median()
        """
        from lg_notebook.exports.pandas import to_pandas  # noqa: PLC0415

        return to_pandas(self)

    def to_markdown(
        self,
        *,
        node: Patterns = None,
        tag: Patterns = None,
        agent: Patterns = None,
        kind: Patterns = None,
    ) -> str:
        """Export the run as Markdown, with a heading for each message.

        Args:
            node: Only these nodes. Here and below, `!name` leaves one out.
            tag: Only model calls with these tags.
            agent: Only these agents.
            kind: Only these parts of messages: `text`, `tool`, `reasoning`.

        Returns:
            The Markdown text.

        Example:
            >>> print(run.to_markdown(kind="text"))
            ## joke
            …
        """
        from lg_notebook.exports.markdown import to_markdown  # noqa: PLC0415

        return to_markdown(self, Filters.of(node, tag, agent, kind))

    def to_messages(self) -> list[BaseMessage]:
        """Export the messages as LangChain objects, in order of appearance.

        Returns:
            `AIMessage` (with its tool calls and usage), `HumanMessage`, `SystemMessage` and
            others, by role.

        Example:
            >>> run.to_messages()[-1].content
            'Why did the ice cream …'
        """
        from lg_notebook.exports.langchain_messages import to_messages  # noqa: PLC0415

        return to_messages(self)

    def to_trace(self, path: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """Export the run as a trace for Perfetto (ui.perfetto.dev) or chrome://tracing.

        Args:
            path: A file to write the trace to, as JSON; None for no file.

        Returns:
            Chrome's trace event format, with times in microseconds since the run began.

        Raises:
            OSError: The file cannot be written. An older one is as it was.

        Example:
            >>> trace = run.to_trace("joke.trace.json")
        """
        from lg_notebook.exports.chrome_trace import to_trace  # noqa: PLC0415

        return to_trace(self, path)

    def __reduce__(self) -> tuple[Any, ...]:
        return _copied, (self.events, _parts(self))

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from lg_notebook.kernel import environment  # noqa: PLC0415 - only for display
        from lg_notebook.render.mime_bundle import run_bundle  # noqa: PLC0415 - only for display

        if self._data.cell and self._data.cell == environment.cell()[1]:
            return {"text/plain": repr(self)}, {}  # this cell has a live view of it
        return run_bundle(self)

    def __repr__(self) -> str:
        return f"<Run of {self.graph}: {self.status}, {len(self.messages)} messages>"


_NONE = object()
"""Marks an object that cannot be pickled; a copy then has its recorded form."""


def _parts(run: Run) -> dict[str, Any]:
    """List what a copy of a run needs besides its events, as far as it can be pickled."""
    data = data_of(run)
    values = _picklable(data.values) if data.has_values else _NONE
    objects = {seq: _picklable(each) for seq, each in data.objects.items()}
    exception = _picklable(run.exception)
    return {
        "filters": data.filters,
        "objects": {seq: each for seq, each in objects.items() if each is not _NONE},
        **({} if values is _NONE else {"values": values}),
        **({} if exception is _NONE else {"exception": exception}),
    }


def _picklable(value: Any) -> Any:
    """Return a value, or `_NONE` if it cannot be pickled."""
    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001 - an object of the user's may raise anything
        return _NONE
    return value


def _copied(events: list[AnyEvent], parts: dict[str, Any]) -> Run:
    """Make a run from what `Run.__reduce__` has listed."""
    run = Run.from_events(events)
    data = data_of(run)
    data.filters = parts["filters"]
    data.objects = parts["objects"]
    data.has_values = "values" in parts
    data.values = parts.get("values")
    run.exception = parts.get("exception")
    return run


def read_notebook(path: str | os.PathLike[str] | Mapping[str, Any]) -> list[Run]:
    """Read the runs from a saved notebook.

    They have the events that the notebook's outputs store: payloads as they were shown, and
    token times in milliseconds. Events that the size limit has cut are missing. Nothing in the
    notebook is executed.

    Args:
        path: The file, or the notebook as nbformat's object or parsed JSON.

    Returns:
        The runs in the notebook's order. A run that several outputs store is returned once for
        each of them.

    Raises:
        OSError: The file cannot be read.
        RecordingError: It is not a notebook, or a run in it is broken. The message says which
            cell and output.

    Example:
        >>> [run.text() for run in read_notebook("01-quickstart.ipynb")]
    """
    return [Run.from_events(events) for events in saved_notebook.stored_runs(path)]
