"""The magics' options."""

import shlex

import pytest
from hypothesis import strategies as st
from IPython.core.error import UsageError

from lg_notebook.core.run_options import OPTIONS
from lg_notebook.notebook.arguments import CELL, LINE, split, unquote
from tests.chance import given


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  ", []),
        ("graph", ["graph"]),
        (" graph  --as x\t--quiet ", ["graph", "--as", "x", "--quiet"]),
        ("graphs['a b'] --node c", ["graphs['a b']", "--node", "c"]),
        ('g --config {"tags": ["a b"], "n": (1, 2)}', ["g", "--config", '{"tags": ["a b"], "n": (1, 2)}']),
        ("g --node 'my node'", ["g", "--node", "'my node'"]),
        ("g --node=x", ["g", "--node=x"]),
        (r"g --as 'it\'s' x", ["g", "--as", r"'it\'s'", "x"]),
        ("g --config {'a': ')'} x", ["g", "--config", "{'a': ')'}", "x"]),
        ("g $thread {thread}", ["g", "$thread", "{thread}"]),
        ("g )", ["g", ")"]),
    ],
)  # fmt: skip
def test_words(line, words):
    assert split(line) == words


@pytest.mark.parametrize(
    ("line", "missing"),
    [("g {", "}"), ("g ([", "]"), ("g 'a", "'"), ('g {"a}', '"'), ("g (1", ")")],
)
def test_what_is_never_closed(line, missing):
    with pytest.raises(UsageError, match="is missing") as caught:
        split(line)
    assert f" a {missing} is missing" in str(caught.value)


@given(st.lists(st.from_regex(r"[\w!.=-]+", fullmatch=True)))
def test_plain_words_are_split_as_shells_do(words):
    line = " ".join(words)

    assert split(line) == shlex.split(line) == words


@pytest.mark.parametrize(
    ("word", "value"),
    [("a", "a"), ("'a b'", "a b"), ('"a"', "a"), ("'a\"", "'a\""), ("''", ""), ("'", "'")],
)
def test_quotes(word, value):
    assert unquote(word) == value


def test_every_option():
    line = (
        "g --node a --node !b --tag t --tag !u --thread 1 --config c --context x --as name"
        " --tokens token --text --view html --quiet --background --sync --record r.jsonl"
        " --cassette c.jsonl --agent x --agent !y --kind text,tool --version v2"
        " --resume yes --stream-mode checkpoints"
    )
    options = CELL.parse_args(split(line))

    assert vars(options) == {
        "graph": "g", "node": ["a", "!b"], "tag": ["t", "!u"], "thread": "1", "config": "c",
        "context": "x", "name": "name", "tokens": "token", "text": True, "view": "html",
        "quiet": True, "background": True, "sync": True, "record": "r.jsonl",
        "cassette": "c.jsonl", "agent": ["x", "!y"], "kind": ["text,tool"], "help": False,
        "version": "v2", "resume": "yes",
        "stream_mode": ["checkpoints"],
    }  # fmt: skip


def test_defaults_are_ones_own():
    CELL.parse_args(["g", "--node", "a"])

    assert CELL.parse_args(["g"]).node == []


def test_a_lines_input_is_the_rest():
    options = LINE.parse_args(split('g {"a": 1} --quiet'))

    assert (options.graph, options.input, options.quiet) == ("g", ['{"a": 1}'], True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("g --nod", "--node"),
        ("g --colour red", "--colour"),
        ("g --view 3d", "'3d'"),
        ("g --node", "--node"),
        ("g h", "unrecognized arguments: h"),
    ],
)
def test_wrong_options_are_one_sentence(line, words):
    with pytest.raises(UsageError) as caught:
        CELL.parse_args(split(line))

    said = str(caught.value)
    assert words in said
    assert said.startswith("%%lgstream: ")
    assert "\n" not in said
    assert "`%%lgstream?` lists the options." in said


def test_options_for_completion():
    assert {"--node", "--tag", "--thread", "--config", "--context", "--as", "--text", "--view",
            "--quiet"} <= {option.flag for option in OPTIONS.values()}  # fmt: skip
