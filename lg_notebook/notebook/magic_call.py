"""Prepare a run from the line of a magic."""

from __future__ import annotations

import builtins
import keyword
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from lg_notebook._run import Run
from lg_notebook.core.run_options import RunOptions, WatchOptions, complete, taken_by
from lg_notebook.exceptions import GraphTypeError
from lg_notebook.graphs.graph import is_remote
from lg_notebook.graphs.input_schema import takes_text, user_message
from lg_notebook.notebook import arguments
from lg_notebook.notebook.cell_body import EMPTY
from lg_notebook.notebook.steps import Step
from lg_notebook.notebook.usage_errors import usage_errors
from lg_notebook.privacy.payload import payload
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.render.static_text import printable
from lg_notebook.runtime import resume
from lg_notebook.runtime.playback import RecordedRun
from lg_notebook.runtime.run_setup import GraphSetup, RunSetup
from lg_notebook.widget.session import Session

if TYPE_CHECKING:
    import argparse

    from lg_notebook.core.run_options import Option
    from lg_notebook.notebook.steps import Steps

_THREAD_ALONE = {"thread_id", "checkpoint_ns"}
"""Keys of a config for a run that begins at the newest checkpoint of a thread."""

_QUESTION = 200
"""Characters of a question that a warning shows."""


class Request:
    """A parsed line of a magic, and the run that it describes.

    Args:
        shell: IPython's shell.
        options: The parsed line (see `arguments.parser`).

    Raises:
        UsageError: An option has a value that cannot be used.
    """

    def __init__(self, shell: Any, options: argparse.Namespace) -> None:
        self.shell = shell
        self.options = options
        self.replay: str | None = getattr(options, "replay", None)
        self.setup = self._recording(self.replay) if self.replay else self._graph(options.graph)
        self.graph = self.setup.graph
        self.config = self._config()
        self.name = options.name and self._literal(options.name)
        if self.name and (not self.name.isidentifier() or keyword.iskeyword(self.name)):
            raise UsageError(f"--as takes a Python name, not {self.name!r}.")

    def _recording(self, file: str) -> RunSetup:
        """Load the recorded run to show again."""
        options = self.options
        only_running = [
            option
            for option in taken_by(RunOptions)
            if not option.replays
            and getattr(options, option.name) not in (option.default, None, [])
        ]
        if options.graph or options.input or only_running:
            raise UsageError(
                "--replay shows a recorded run: %lgstream --replay FILE, without a graph, an input"
                " and options for running one."
            )
        speed = 1.0 if options.speed is None else options.speed
        path = self._literal(file)
        self.values = self._values()
        try:
            return RecordedRun(Run.load(path), speed or None, self.values)
        except FileNotFoundError:
            raise UsageError(f"There is no file {path}.") from None
        except (OSError, ValueError) as error:
            raise UsageError(str(error)) from None

    def _literal(self, word: str) -> str:
        # As in other magics, $name and {expression} are replaced with the user's variables.
        return str(self.shell.var_expand(arguments.unquote(word), depth=1))

    def _value(self, what: str, expression: str) -> Any:
        try:
            return eval(expression, self.shell.user_global_ns, self.shell.user_ns)  # noqa: S307
        except NameError as error:
            raise UsageError(f"{_said(error)}: run the cell that defines it first.") from None
        except SyntaxError:
            raise UsageError(f"The {what} {expression!r} is not a Python expression.") from None

    def _graph(self, expression: str | None) -> RunSetup:
        if expression is None:
            raise UsageError("The graph is missing: %%lgstream GRAPH, or %lgstream GRAPH INPUT.")
        graph = self._value("graph", expression)
        self.values = self._values()
        with usage_errors():
            try:
                return GraphSetup(graph, self.values, sync=self.values["sync"])
            except GraphTypeError as error:
                raise UsageError(f"{expression}: {error}") from None

    def _values(self) -> WatchOptions:
        """Convert the options that `watch` also takes to the values that code would pass."""
        given = {
            option.name: self._option(option, getattr(self.options, option.name))
            for option in taken_by(WatchOptions)
        }
        if given["tokens"] == "":
            raise UsageError(
                "--tokens takes the name of a field of the custom payloads, or a dot if the"
                " payload itself is the token."
            )
        if self.options.quiet:
            given["view"] = "quiet"
        with usage_errors():
            return complete(WatchOptions, given, "%lgstream")

    def _option(self, option: Option, value: Any) -> Any:
        if value is None or option.switch or option.choices:
            return value
        if option.repeats:
            return [self._literal(word) for word in value]
        if option.evaluated:
            return self._value(option.name, value)
        return self._literal(value)

    def _config(self) -> dict[str, Any]:
        options = self.options
        value = None if options.config is None else self._value("config", options.config)
        if not isinstance(value, Mapping | None):
            raise UsageError(f"--config takes a dict, not {type(value).__name__}.")
        config: dict[str, Any] = dict(value or {})
        if options.thread is not None:
            own = {"thread_id": self._literal(options.thread)}
            config = {**config, "configurable": {**(config.get("configurable") or {}), **own}}
        if options.resume is not None:
            with usage_errors():
                place = resume.find(self.graph, config)
            if options.context is None:
                self.setup.context = place.context
            return place.config
        if resume.needs_thread(self.graph, config):
            raise UsageError(
                "This graph has a checkpointer, so a run needs a thread: add --thread ID."
            )
        return config

    def input(self, value: object) -> object:
        """Make the graph's input from the value of the cell."""
        return self.setup.read(value)

    def text(self, body: str) -> object:
        """Make the graph's input from a raw text."""
        if not body.strip():
            raise UsageError(EMPTY)
        if is_remote(self.graph):
            # Servers do not reliably say what a graph takes: LangGraph's Python server wants an
            # assistant's UUID for that, and its JavaScript server fails. So the option decides.
            return user_message(body.strip())
        if not takes_text(self.graph):
            raise UsageError(
                "--text is for graphs with a `messages` channel; this graph takes other fields:"
                " give them as a dict, without --text."
            )
        return self.input(body.strip())

    def answer(self) -> Steps[object]:
        """Make the command that answers an interrupt.

        Raises:
            UsageError: No interrupt waits for an answer, or the value is not one.
        """
        waiting = yield self._state()
        with usage_errors():
            resume.check(waiting)
        return self._command(waiting)

    def warn_of_question(self) -> Steps[None]:
        """Name the question if the thread of a new input waits for an answer."""
        keys = self.config.get("configurable") or {}
        saver = getattr(self.graph, "checkpointer", None)
        # No request goes to a server: the run would have to wait for it.
        if self.replay or saver is None or not {"thread_id"} <= keys.keys() <= _THREAD_ALONE:
            return
        questions = resume.questions((yield self._state()))
        if questions:
            words = "; ".join(map(self._shown, questions))
            sys.stderr.write(
                f"Thread {printable(repr(keys['thread_id']))} waits for an answer: {words}\n"
                "--resume EXPR answers it. This run starts with a new input instead.\n"
            )

    def _state(self) -> Step:
        return Step(
            lambda: resume.state(self.graph, self.config),
            lambda: resume.astate(self.graph, self.config),
        )

    def _shown(self, question: object) -> str:
        words = str(payload(question, Redactor(self.config, self.setup.context)))
        return printable(words if len(words) <= _QUESTION else f"{words[:_QUESTION]}…")

    def _command(self, waiting: Any) -> object:
        word = self.options.resume
        if word.isidentifier() and word not in self.shell.user_ns and not hasattr(builtins, word):
            raise UsageError(
                f"name {word!r} is not defined; an answer that is a text goes in quotes:"
                f' --resume "{word}".'
            )
        answer = self._value("answer", word)
        with usage_errors():
            return resume.command(answer, waiting)

    def session(self, value: object) -> Session:
        """Make the run, not yet started, with its view."""
        given = self.options.graph or ""
        title = given if given.isidentifier() else self.setup.name
        with usage_errors():
            return Session(
                self.setup, value, self.config, self.values, name=title, started=self._leave
            )

    def _leave(self, run: Any) -> None:
        self.shell.user_ns["_run"] = run
        if self.name:
            self.shell.user_ns[self.name] = run


def _said(error: NameError) -> str:
    return str(error).removesuffix(".").partition(". Did you mean")[0]
