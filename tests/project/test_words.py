"""The check for plain English reads what people read, and refuses banned words in it."""

import json

import pytest

from scripts import words

pytestmark = pytest.mark.once

NOTEBOOK = {
    "metadata": {"kernelspec": {"language": "python"}},
    "cells": [
        {"cell_type": "markdown", "source": ["# A title\n", "\n", "It begins anew."]},
        {"cell_type": "code", "source": ["anew = 1  # and anew\n", "print('anew and anew')"]},
    ],
}

PLANTED = {
    "page.md": "A page.\n\nThe run goes\non there.\n",
    "module.py": '"""Fold the events.\n\nThey are told in order.\n"""\n',
    "comment.py": "x = 1\n# It goes\n# on.\n",
    "message.py": 'raise ValueError(\n    f"{1}: the graph is "\n    "no graph"\n)\n',
    "comment.ts": "const x = 1;\n/**\n * It goes\n * on.\n */\n",
    "string.ts": "const quote = /[\"']/;\nconst text = `It stands ${x} there`;\n",
    "style.css": ".a { color: red }\n/* Likewise. */\n",
    "settings.toml": 'a = "b"\n# Settled by the others.\n',
    "book.ipynb": json.dumps(NOTEBOOK, indent=1),
}
LINES = {
    "page.md": [3],
    "module.py": [3],
    "comment.py": [2],
    "message.py": [2],
    "comment.ts": [3],
    "string.ts": [2],
    "style.css": [2],
    "settings.toml": [2],
    "book.ipynb": [13, 19],
}


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_word_is_refused(name, write, capsys):
    path = write(name, PLANTED[name])

    assert [offence.line for offence in words.banned(path)] == LINES[name]
    assert words.main([str(path)]) == 1
    assert f"{name}:{LINES[name][0]}: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.md", "Call `told` or [this](docs/given.md).\n"),
        ("block.md", "```python\ngiven = asked\n```\n\n```text\nx\n```\n"),
        ("names.py", 'given = "told"\nstands = {"asked": given}\nf"{given} is fine"\n'),
        ("names.ts", 'const given = "told"; // `asked` is a name\nPromise.allSettled([given]);\n'),
        ("none.md", "There is no graph, and it is no longer drawn.\n"),
    ],
)
def test_code_and_ordinary_phrases_pass(name, text, write):
    path = write(name, text)

    assert words.banned(path) == []
    assert words.main([str(path)]) == 0


def test_a_block_of_code_is_read_for_its_comments(write):
    path = write("block.md", "```python\nx = 1  # it is told\n```\n")

    assert [offence.line for offence in words.banned(path)] == [2]


def test_a_long_sentence_is_shown_and_passes(write, capsys):
    path = write("page.md", "Short.\n\n" + "word " * 26 + "\n\n- " + "word " * 24 + "\n")

    assert words.main(["--long", str(path)]) == 0
    assert f"{path.name}:3: " in capsys.readouterr().out
    assert len(words.long(path)) == 1


def test_folders_are_searched_but_for_what_is_built_or_foreign(write, tmp_path, capsys):
    for folder in ("here", "node_modules"):
        (tmp_path / folder).mkdir()
        write(f"{folder}/page.md", "It is told.\n")

    assert words.main([str(tmp_path), "--count"]) == 1
    printed = capsys.readouterr().out
    assert "here" in printed
    assert "node_modules" not in printed


def test_every_pattern_on_the_list_matches_what_it_is_for(write):
    text = """The view is told. It was heard. The graph given. A server asked. It settles.
    It goes on, likewise. A name in its place. See what is left. Say what has come. A node speaks.
    It stands there, anew, at once, so long. It is no graph, for who reads, lest it fails.
    The caller who waits. All the same, its twin."""
    found = [offence.words.lower() for offence in words.banned(write("page.md", text))]

    assert len(found) == len(words.BANNED)
    assert len(set(found)) == len(words.BANNED)
    for pattern in words.BANNED:
        assert any(words._pattern(pattern).fullmatch(each) for each in found), pattern


def test_what_is_read_by_itself_has_no_banned_word():
    assert words.main([]) == 0


@pytest.mark.parametrize(
    "path",
    ["dev.py", "README.md", "bench/kernel.py", "js/layers.ts", "js/src/model/runState.ts",
     "js/tests/node/frames.test.ts", "lg_notebook/runtime/execution.py", "scripts/parts.py",
     "tests/runtime/test_execution.py", "docs/hosts.md"],
)  # fmt: skip
def test_every_folder_is_read(path):
    assert words.ROOT / path in set(words.files([]))
