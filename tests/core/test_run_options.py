"""Each option is declared once, and every taker reads it there."""

import dataclasses
import inspect
import itertools
import typing

import pytest

import lg_notebook
from lg_notebook.core import run_options
from lg_notebook.core.run_options import (
    OPTIONS,
    CellOptions,
    Option,
    RunOptions,
    StreamOptions,
    ViewOptions,
    WatchOptions,
    WidgetOptions,
    complete,
    taken_by,
)
from lg_notebook.exceptions import OptionError, UnknownOptionError
from lg_notebook.notebook import arguments, completion
from scripts import reference
from tests.graphs.zoo import TOPIC, joke

CLASSES = (StreamOptions, WidgetOptions, ViewOptions, WatchOptions, CellOptions, RunOptions)


@pytest.mark.parametrize("name", OPTIONS)
def test_each_says_what_it_does(name):
    option = OPTIONS[name]

    assert option.help
    assert option.documentation.endswith(".")
    assert option.flag.startswith("--")
    assert RunOptions in option.takers
    assert not (option.word and option.choices)


def test_who_takes_more_takes_what_others_take():
    names = [{option.name for option in taken_by(each)} for each in CLASSES]

    assert all(less < more for less, more in itertools.pairwise(names))


@pytest.mark.parametrize(
    ("function", "taker"),
    [
        ("stream", StreamOptions),
        ("astream", StreamOptions),
        ("watch", WatchOptions),
        ("awatch", ViewOptions),
        ("GraphWidget", WidgetOptions),
    ],
)
def test_signatures_list_the_options_with_their_types_and_defaults(function, taker):
    listed = inspect.signature(getattr(lg_notebook, function)).parameters
    types = typing.get_type_hints(taker)

    for option in taken_by(taker):
        assert listed[option.name].kind is inspect.Parameter.KEYWORD_ONLY
        assert listed[option.name].default == option.default
        assert listed[option.name].annotation == types[option.name]
    assert not [each for each in listed.values() if each.kind is each.VAR_KEYWORD]


@pytest.mark.parametrize("function", ["stream", "watch", "GraphWidget"])
def test_docstrings_list_the_options(function):
    words = inspect.getdoc(getattr(lg_notebook, function))

    assert "\n    node: Only these nodes; `!name` excludes one.\n" in words
    assert "**options" not in words


def test_what_is_left_out_has_its_default():
    assert complete(StreamOptions, {"node": "a"}, "stream") == {
        "node": "a", "tag": None, "agent": None, "kind": None, "tokens": None, "version": "v1",
        "stream_mode": (), "context": None,
    }  # fmt: skip


def test_unknown_names_are_listed_with_the_known_ones():
    with pytest.raises(
        UnknownOptionError, match=r"^GraphWidget takes no argument a, view: it know"
    ):
        complete(WidgetOptions, {"view": "text", "a": 1, "sync": True}, "GraphWidget")


@pytest.fixture
def volume(monkeypatch):
    """Declare one more option like the others."""

    class Louder(WatchOptions, total=False):
        volume: typing.Annotated[
            str, Option("how loud it is", default="low", choices=("low", "high"))
        ]

    hint = typing.get_type_hints(Louder, include_extras=True)["volume"]
    annotation, option = typing.get_args(hint)
    option = dataclasses.replace(
        option, name="volume", flag="--volume", annotation=annotation,
        takers=frozenset({WatchOptions, CellOptions, RunOptions}),
    )  # fmt: skip
    monkeypatch.setitem(run_options.OPTIONS, "volume", option)
    return option


def test_a_new_option_is_parsed_by_both_magics(volume):
    for taker in (CellOptions, RunOptions):
        made = arguments.parser("%%lgstream", taker)

        assert made.parse_args(["g"]).volume == "low"
        assert made.parse_args(["g", "--volume", "high"]).volume == "high"
        assert "how loud it is" in made.format_help()


def test_a_new_option_is_completed(volume):
    class Shell:
        user_ns: typing.ClassVar = {}

    assert "--volume" in completion.candidates(Shell, "g --")[1]
    assert completion.candidates(Shell, "g --volume ")[1] == ["low", "high"]


def test_a_new_option_is_checked_by_watch_and_unknown_to_stream(volume):
    with pytest.raises(OptionError, match="volume is one of low and high, not 'off'"):
        lg_notebook.watch(joke(), TOPIC, volume="off")
    assert lg_notebook.watch(joke(), TOPIC, view="quiet", volume="high").status == "done"
    with pytest.raises(UnknownOptionError, match="stream takes no argument volume"):
        lg_notebook.stream(joke(), TOPIC, volume="high")


def test_a_new_option_is_in_the_reference(volume):
    assert "| `--volume {low,high}` | how loud it is |" in reference.page()
    assert "| `volume` | `'low'` | How loud it is. |" in reference.code_table(WatchOptions)


def test_a_new_option_is_in_signatures(volume):
    @run_options.documented(WatchOptions)
    def function(**options):
        """Do it.

        Args:
            **options: The options.
        """

    assert inspect.signature(function).parameters["volume"].default == "low"
    assert "    volume: How loud it is." in function.__doc__
