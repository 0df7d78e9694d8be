"""A run: what is left of it in the namespace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_notebook.model.filters import Filters
from lg_notebook.model.hints import notes, uncounted
from lg_notebook.model.run_state import RunState
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
    """What a run of a graph left behind: messages, tasks, state, and every event.

    `Run.from_events` folds any iterable of events, live or recorded. While a run goes
    on, its `Run` grows; reading it at any time is safe, if perhaps a thirtieth of a second late.

    Attributes:
        status: `running`, `done`, `stopped`, `interrupted` or `error`.
        graph: Name of the graph, or None before the run has begun.
        messages: The messages in order of appearance, each of them once.
        tasks: One entry per execution of a node, in order.
        error: What ended the run with status `error`, as text; else None.
        exception: The exception itself, if the run happened in this process.
        duration: Nanoseconds from start to end, or None while running.
        input: The input as it was recorded (cut and masked), or None.
        topology: The graph's nodes and edges as plain data, or None if they are not known.
        usage: The token counts of all messages, summed; None where no provider gave any.

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
            events: Events in order. An event whose `seq` was seen already is dropped; gaps
                (a filtered stream) are closed up.

        Returns:
            The run; with status `running` if no `run-end` came.
        """
        run = cls()
        writer = RunWriter(run)
        for event in events:
            writer.apply(event)
        return run

    @classmethod
    def from_stream_events(cls, events: Iterable[Mapping[str, Any]]) -> Run:
        """Fold what `graph.stream_events(…, version="v3")` yields into a run.

        For code that drives the graph itself. What the stream does not carry is missing in the
        run: by default it has messages and states; with `transformers=` also updates, custom
        payloads and tools. `stream(…, version="v3")` asks for all of them by itself.

        Args:
            events: LangGraph's stream (from 1.2, experimental), or its protocol events in order.

        Returns:
            The run, once the stream has ended. An exception of the graph is on it, not raised.

        Raises:
            TypeError: It is no such stream, or one of another kind or version.

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
        """Fold what `await graph.astream_events(…, version="v3")` yields into a run.

        The async twin of `from_stream_events`, and raises the same.
        """
        from lg_notebook.runtime.stream_reader import aread  # noqa: PLC0415

        run = cls()
        await aread(run, events)
        return run

    @property
    def diagnosis(self) -> str | None:
        """Why tokens are missing, once the run has ended.

        Returns:
            One line per cause, each with its repair, the most important first: filters that
            hide everything, models that do not stream or that LangGraph does not see, a
            provider that counts no tokens. None where nothing is wrong.

        Example:
            >>> print(run.diagnosis)
            The model call of node 'write' is tagged `nostream`, which hides its tokens: take …
        """
        lines = notes(self, self._data.filters)
        if self.status == "done":
            lines += uncounted(self.messages)
        return "\n".join(lines) or None

    # ---- while it goes on -----------------------------------------------------------

    def wait(self, timeout: float | None = None) -> Run:
        """Wait until the run is over: it goes on in the background, or in another thread.

        An interrupt of the kernel ends the waiting, not the run.

        Args:
            timeout: Seconds at most; None for as long as it takes.

        Returns:
            The run itself, also when it was stopped; at once if it is over or was loaded.

        Raises:
            TimeoutError: It was not over by then; it goes on.
            RuntimeError: It goes on in the event loop that this thread would keep from turning;
                `await run` does not. A notebook's plain `run.wait()` is awaited by itself.
            Exception: Whatever the graph raised, as often as it is asked for.

        Example:
            >>> run = watch(graph, {"topic": "ice cream"}, background=True)
            >>> run.wait(timeout=60).text()
            'Why did the ice cream …'
        """
        if self._data.completion is not None:
            self._data.completion.wait(timeout)
        return self

    async def await_(self, timeout: float | None = None) -> Run:
        """The async twin of `wait`; `await run` is the same without a timeout.

        Cancelling it ends the waiting, not the run.
        """
        if self._data.completion is not None:
            await self._data.completion.awaited(timeout)
        return self

    def __await__(self) -> Generator[Any, None, Run]:
        return self.await_().__await__()

    def stop(self) -> None:
        """Ask the run to stop, from any thread: everything that came stays.

        It returns at once; `wait` tells when the run is over. A run that is over or was
        loaded does not mind.
        """
        if self._data.completion is not None:
            self._data.completion.stop()

    # ---- keeping --------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to a file: JSON Lines, one event a line (see `lg_notebook.storage.recording`).

        Args:
            path: The file; replaced if it exists. `.jsonl` is the usual ending.

        Raises:
            OSError: It cannot be written.

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
            path: The file.

        Returns:
            The run; with status `running` where the recording ends before the run did.

        Raises:
            OSError: It cannot be read.
            ValueError: It is not a recording, is broken in its middle, or was written by a
                newer lg_notebook.
        """
        run = cls()
        recording.load(run, path)
        return run

    def replay(self, speed: float | None = 1.0, *, view: str = "auto") -> Run:
        """Show the run again, as it came, and wait until it has ended.

        Args:
            speed: How fast: 1.0 as it was, 2.0 twice as fast; None without waiting.
            view: `auto`, `widget`, `text`, `html` or `quiet`, as `%%lgstream --view`.

        Returns:
            The run that was shown: the same events, up to where it was stopped.

        Raises:
            ValueError: The speed is not above 0, or there is no such view.

        Example:
            >>> Run.load("joke.jsonl").replay(speed=2)
        """
        from lg_notebook import _watch  # noqa: PLC0415

        return _watch.replay(self, speed, view=view)

    def redact(self, *words: str | re.Pattern[str]) -> Run:
        r"""A copy of the run without certain words, fit to be saved, exported or shown.

        They are masked wherever they stand: in tokens (also where a word is spread over several),
        arguments of tool calls, metadata, inputs, states, results, errors; numbers that hold
        one as well. A word is found as it stands, upper and lower case told apart; one that is
        spread over several payloads of a stream writer is not. The copy holds no Python
        objects, only what was recorded.

        Args:
            *words: Text as it stands, or compiled regular expressions.

        Raises:
            TypeError: One is neither.
            ValueError: There is none, or one matches the empty text.

        Example:
            >>> run.redact("Ada Lovelace", re.compile(r"[\w.]+@[\w.]+")).save("public.jsonl")
        """
        from lg_notebook.privacy.word_masking import WordMask  # noqa: PLC0415

        return Run.from_events(WordMask(words).events(self.events))

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The run as one HTML file with the whole interactive view in it.

        It opens from disk, needs no network, and can make no request: its content security
        policy forbids that, and every script but the view's own.

        Args:
            path: Also write it there.

        Returns:
            The page.

        Raises:
            OSError: The file cannot be written.

        Example:
            >>> run.to_html("run.html")
        """
        from lg_notebook.exports.html_page import to_page  # noqa: PLC0415
        from lg_notebook.render.mime_bundle import identity  # noqa: PLC0415

        page = to_page(self, identity(self))
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def to_test(
        self,
        path: str | os.PathLike[str],
        *,
        graph: str | None = None,
        cassette: str | os.PathLike[str] | None = None,
    ) -> None:
        """Write a pytest file that replays this run and asserts its answer.

        Without `graph` it loads the run, which is saved beside it; with `graph` and
        `cassette` it runs the graph anew, its models answered from the cassette.

        Args:
            path: The file, such as `tests/test_joke.py`; the run goes beside it, as `.jsonl`.
            graph: Where to import the graph from, as `package.module:name`.
            cassette: What the models answered (see `lg_notebook.cassette`), from the test's
                folder.

        Raises:
            ValueError: Only one of graph and cassette is given, or the graph's place is not
                of that form.
            OSError: A file cannot be written.

        Example:
            >>> run.to_test("test_joke.py", graph="app:graph", cassette="joke.jsonl")
        """
        from lg_notebook.exports.pytest_file import write  # noqa: PLC0415

        write(self, Path(path), graph, cassette)

    def to_pandas(self) -> Tables:
        """The run as pandas tables: tokens, messages, tasks.

        Returns:
            A named tuple of data frames; their columns and units are those of
            `lg_notebook.exports.pandas.Tables`.

        Raises:
            ModuleNotFoundError: pandas is not installed.

        Example:
            >>> run.to_pandas().tokens.groupby("node").gap.median()
        """
        from lg_notebook.exports.pandas import to_pandas  # noqa: PLC0415 - only who asks for it

        return to_pandas(self)

    def to_markdown(
        self,
        *,
        node: Patterns = None,
        tag: Patterns = None,
        agent: Patterns = None,
        kind: Patterns = None,
    ) -> str:
        """The run as Markdown, a heading for each message.

        Args:
            node: Only these nodes; `!name` leaves one out.
            tag: Only model calls with these tags, likewise.
            agent: Only these agents, likewise.
            kind: Only these parts of messages, likewise: `text`, `tool`, `reasoning`.
        """
        from lg_notebook.exports.markdown import to_markdown  # noqa: PLC0415

        return to_markdown(self, Filters.of(node, tag, agent, kind))

    def to_messages(self) -> list[BaseMessage]:
        """The messages as LangChain objects, in order of appearance.

        Returns:
            `AIMessage` (with its tool calls and usage), `HumanMessage`, `SystemMessage`,
            `ToolMessage`, … as their role says.
        """
        from lg_notebook.exports.langchain_messages import to_messages  # noqa: PLC0415

        return to_messages(self)

    def to_trace(self, path: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """The run as a trace for Perfetto (ui.perfetto.dev) or chrome://tracing.

        Args:
            path: Also write it there, as JSON.

        Returns:
            Chrome's trace event format; times in microseconds since the run began.

        Raises:
            OSError: The file cannot be written.
        """
        from lg_notebook.exports.chrome_trace import to_trace  # noqa: PLC0415

        trace = to_trace(self)
        if path is not None:
            Path(path).write_text(json.dumps(trace), encoding="utf-8")
        return trace

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from lg_notebook.render.mime_bundle import bundle  # noqa: PLC0415 - only where something shows it

        return bundle(self)

    def __repr__(self) -> str:
        return f"<Run of {self.graph}: {self.status}, {len(self.messages)} messages>"


def read_notebook(path: str | os.PathLike[str] | Mapping[str, Any]) -> list[Run]:
    """Get the runs back out of a saved notebook.

    They are what the notebook's outputs hold: events with their payloads as they were shown,
    the times of tokens to the millisecond. What the size limit had cut is missing. Nothing in
    the notebook is executed.

    Args:
        path: The file, or a notebook that was read already (nbformat's, or its JSON).

    Returns:
        The runs in the notebook's order; a run that several outputs hold comes once for each
        output that shows it.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a notebook, or a run in it is broken.

    Example:
        >>> [run.text() for run in read_notebook("01-quickstart.ipynb")]
    """
    return [Run.from_events(events) for events in saved_notebook.stored_runs(path)]
