"""The options of a run, each declared once.

An option is a field of the first class below that takes it: every later class takes it as well.
The magics, their completion, `watch`, `stream`, `GraphWidget` and `docs/options.md` read them
from `OPTIONS`. CONTRIBUTING.md says how to add one.
"""

import dataclasses
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Annotated, Any, TypedDict, TypeVar, cast, get_args, get_type_hints

from lg_notebook.exceptions import OptionError, UnknownOptionError

Patterns = str | Iterable[str] | None
"""Names, each of which chooses; `!name` excludes."""

KINDS = ("text", "tool", "reasoning")
"""What `kind` chooses from. A tool call and its message are `tool`; media are `text`."""


@dataclasses.dataclass(frozen=True)
class Option:
    """An option of a run.

    Attributes:
        help: What it does, in the words of a command's help.
        word: What the help calls its value, such as `FILE`; empty for a switch.
        doc: What it does, in the words of a function's documentation; the help by default.
        default: Its value if it is left out.
        flag: Its name in the magics; made from the field's name by default.
        choices: The only values that it takes; or a name that `lg_notebook.notebook.choices`
            knows, for values that are defined in a room above this one.
        code_only: Those of the choices that the magics have another option for.
        suggestions: What completion offers, each also with `!`; or a name, as for `choices`.
        repeats: Whether a magic takes it several times.
        evaluated: Whether its value in a magic is a Python expression.
        replays: Whether it also makes sense for a recorded run (`%lgstream --replay`).
        convert: Makes the value from the word in a magic.
        name: The field's name, which is its name in code.
        annotation: Its type in code.
        takers: The classes that have it.
    """

    help: str
    word: str = ""
    doc: str = ""
    default: Any = None
    flag: str = ""
    choices: tuple[str, ...] | str = ()
    code_only: tuple[str, ...] = ()
    suggestions: tuple[str, ...] | str = ()
    repeats: bool = False
    evaluated: bool = False
    replays: bool = True
    convert: Callable[[str], Any] | None = None
    name: str = ""
    annotation: Any = None
    takers: frozenset[type] = frozenset()

    @property
    def switch(self) -> bool:
        """Whether a magic takes it without a value."""
        return not self.word and not self.choices

    @property
    def documentation(self) -> str:
        """A sentence for the documentation of a function."""
        text = self.doc or self.help
        return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


class StreamOptions(TypedDict, total=False):
    """What `stream` and `astream` take, and everything else."""

    node: Annotated[
        Patterns,
        Option(
            "show only this node; !NAME leaves it out; repeatable",
            "NAME",
            "Only these nodes; `!name` excludes one.",
            suggestions="nodes",
            repeats=True,
        ),
    ]
    tag: Annotated[
        Patterns,
        Option(
            "show only model calls with this tag; !TAG leaves them out; repeatable",
            "TAG",
            "Only messages of model calls with these tags; `!tag` excludes one.",
            repeats=True,
        ),
    ]
    agent: Annotated[
        Patterns,
        Option(
            "show only this agent; !NAME leaves it out; repeatable",
            "NAME",
            "Only messages of these agents; `!name` excludes one.",
            suggestions="agents",
            repeats=True,
        ),
    ]
    kind: Annotated[
        Patterns,
        Option(
            "show only these parts of messages: text, tool, reasoning, separated by commas; !KIND "
            "leaves one out",
            "KINDS",
            "Only these parts of messages: `text`, `tool`, `reasoning`; `!kind` excludes one.",
            suggestions=KINDS,
            repeats=True,
        ),
    ]
    tokens: Annotated[
        str | None,
        Option(
            "read the field KEY of custom payloads as tokens, for models outside LangChain; a dot "
            "if the payload itself is the token",
            "KEY",
            "Name of the field of custom payloads that holds tokens, for models outside LangChain; "
            "`.` if the payload itself is the token.",
            replays=False,
        ),
    ]
    version: Annotated[
        str,
        Option(
            "read LangGraph's stream in this version of it",
            doc="In which version of LangGraph's stream to read the graph (`%lgstream?` lists "
            "them). The events are the same, without what LangGraph leaves out in that version "
            "(see the README).",
            default="v1",
            choices="versions",
            replays=False,
        ),
    ]
    stream_mode: Annotated[
        str | Sequence[str],
        Option(
            "checkpoints: list the checkpoints that are saved, in the run's details and in "
            "_run.checkpoints; everything else that LangGraph streams is always there",
            "MODE",
            "LangGraph's modes that the run must have. It has all but one anyway; `checkpoints` "
            "(or `debug`) adds an event for each checkpoint that is saved.",
            default=(),
            repeats=True,
            replays=False,
        ),
    ]
    context: Annotated[
        object,
        Option("LangGraph's run-time context", "EXPR", evaluated=True, replays=False),
    ]


class WidgetOptions(StreamOptions, total=False):
    """What `GraphWidget` takes besides, and everything below."""

    sync: Annotated[
        bool,
        Option(
            "run the graph by its sync stream, in a thread, even if it has an async form",
            doc="Run the graph by its sync `stream`, in a thread, even if it has an async form.",
            default=False,
        ),
    ]


class ViewOptions(WidgetOptions, total=False):
    """What `awatch` takes besides, and everything below."""

    view: Annotated[
        str,
        Option(
            "auto: live, then kept in the notebook; widget: the same, and the live widget stays "
            "after the run in hosts without lg_notebook's renderer; text: plain text as it "
            "comes; html: static, at the end",
            doc="`auto` (live, then kept in the notebook), `widget` (the same, and the live widget "
            "stays after the run in hosts without lg_notebook's renderer), `text` (plain text as "
            "it comes), `html` (static, at the end) or `quiet` (nothing).",
            default="auto",
            choices=("auto", "widget", "text", "html", "quiet"),
            code_only=("quiet",),
        ),
    ]
    record: Annotated[
        str | os.PathLike[str] | None,
        Option(
            "write the run to this file while it is running (JSON Lines)",
            "FILE",
            "A file to write the run to while it is running (`Run.load` reads it).",
        ),
    ]
    cassette: Annotated[
        str | os.PathLike[str] | AbstractContextManager[Any] | None,
        Option(
            "record what the chat models answer; once the file is there, play it instead of "
            "asking them",
            "FILE",
            "A file, or a `lg_notebook.cassette`, that answers the graph's chat models.",
            replays=False,
        ),
    ]


class WatchOptions(ViewOptions, total=False):
    """What `watch` takes besides, and both magics."""

    background: Annotated[
        bool,
        Option(
            "return immediately, and let the run continue in this cell's output; `await _run` or "
            "_run.wait(timeout) waits for it, _run.stop() stops it, and so does running the cell "
            "again",
            doc="Return immediately. The run continues in the output of the cell that started it, "
            "with everything that its nodes print and display. `run.wait(timeout)` or `await run` "
            "waits for it. `run.stop()` stops it, and so does running the cell again.",
            default=False,
        ),
    ]


class CellOptions(WatchOptions, total=False):
    """What `%%lgstream` takes besides, and `%lgstream`."""

    thread: Annotated[
        str | None, Option("thread_id, for a graph with a checkpointer", "ID", replays=False)
    ]
    config: Annotated[
        Any, Option("LangChain's config, a dict", "EXPR", evaluated=True, replays=False)
    ]
    resume: Annotated[
        str | None,
        Option(
            "answer the interrupt that a run of this graph waits at; no input then. Several "
            "are answered by their ids: {id: answer}. Without --thread it is the one thread in "
            "which a run waits",
            "EXPR",
            evaluated=True,
            replays=False,
        ),
    ]
    name: Annotated[
        str | None,
        Option("leave the Run under this name as well as under _run", "NAME", flag="--as"),
    ]
    text: Annotated[
        bool,
        Option("the input is plain text: the user's message", default=False, replays=False),
    ]
    help: Annotated[bool, Option("show this", default=False)]
    quiet: Annotated[bool, Option("show nothing; only leave the Run", default=False)]


class RunOptions(CellOptions, total=False):
    """Every option: what `%lgstream` takes."""

    replay: Annotated[
        str | None,
        Option(
            "show a recorded run again, with its own timing: %lgstream --replay FILE, without a "
            "graph and an input",
            "FILE",
        ),
    ]
    speed: Annotated[
        float | None,
        Option("with --replay: twice as fast with 2, without waiting with 0", "X", convert=float),
    ]


def _declared() -> dict[str, Option]:
    """Read the fields of `RunOptions` and of the classes that it builds on."""
    classes = (StreamOptions, WidgetOptions, ViewOptions, WatchOptions, CellOptions, RunOptions)
    hints = {each: get_type_hints(each, include_extras=True) for each in classes}
    found: dict[str, Option] = {}
    for name, hint in hints[RunOptions].items():
        kind, option = get_args(hint)
        found[name] = dataclasses.replace(
            option,
            name=name,
            annotation=kind,
            flag=option.flag or f"--{name.replace('_', '-')}",
            takers=frozenset(each for each in classes if name in hints[each]),
        )
    return found


OPTIONS = _declared()
"""Every option, by its name in code."""

Some = TypeVar("Some", bound=StreamOptions)
Documented = TypeVar("Documented", bound=Callable[..., Any])


def taken_by(taker: type) -> list[Option]:
    """List the options that a class of this module has, in the order of their declaration.

    Args:
        taker: One of the classes above, such as `WatchOptions`.

    Example:
        >>> [option.name for option in taken_by(WidgetOptions)][-1]
        'sync'
    """
    return [option for option in OPTIONS.values() if taker in option.takers]


def complete(
    taker: type[Some], passed: Mapping[str, object], who: str, others: Sequence[str] = ()
) -> Some:
    """Check options by their names and choices, and add the defaults of those left out.

    Args:
        taker: The class whose options may be passed.
        passed: The options by name.
        who: What takes them, for the message.
        others: Further arguments that it takes, for the message.

    Returns:
        Every option of the class.

    Raises:
        UnknownOptionError: There is no such option.
        OptionError: A value is not one of the option's choices.

    Example:
        >>> complete(WatchOptions, {"node": "write"}, "watch")["view"]
        'auto'
    """
    known = {option.name: option for option in taken_by(taker)}
    unknown = ", ".join(sorted(set(passed) - set(known)))
    if unknown:
        names = ", ".join([*others, *known])
        raise UnknownOptionError(f"{who} takes no argument {unknown}: it knows {names}.")
    values = {name: passed.get(name, option.default) for name, option in known.items()}
    for name, value in values.items():
        choices = known[name].choices
        if isinstance(choices, tuple) and choices and value not in choices:
            listed = f"{', '.join(choices[:-1])} and {choices[-1]}"
            raise OptionError(f"{name} is one of {listed}, not {value!r}.")
    return cast("Some", values)


def documented(taker: type) -> Callable[[Documented], Documented]:
    """Make a decorator that lists the options in the signature and in the docstring.

    Args:
        taker: The class whose options the function, or the constructor of the class, takes as
            `**options`. In the docstring, the options replace the line of that argument.
    """

    def decorate(function: Documented) -> Documented:
        made = inspect.signature(function)
        own = [each for each in made.parameters.values() if each.kind is not each.VAR_KEYWORD]
        more = [
            inspect.Parameter(
                option.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=option.annotation,
            )
            for option in taken_by(taker)
        ]
        signature = made.replace(parameters=[*own, *more])
        function.__signature__ = signature  # type: ignore[attr-defined]
        lines = [f"{option.name}: {option.documentation}" for option in taken_by(taker)]
        function.__doc__ = re.sub(
            r"^( *)\*\*options:.*(?:\n\1 +.*)*$",
            lambda found: "\n".join(f"{found[1]}{line}" for line in lines),
            function.__doc__ or "",
            flags=re.MULTILINE,
        )
        return function

    return decorate
