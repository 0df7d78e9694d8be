"""A run as Markdown: readable, whole, and unable to do anything."""

import pytest
from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.exports.markdown import escape
from tests.chance import given
from tests.golden import NAMES, golden


@pytest.mark.parametrize("name", NAMES)
def test_has_what_the_messages_say(name):
    run = Run.from_events(golden(name)["events"])
    text = run.to_markdown()

    for message in run.messages:
        assert message.text.replace("\r", "") in text.replace("\\<", "<")
        for call in message.tool_calls:
            assert (call.name or "") in text.replace("\\", "")


def test_says_who_speaks_and_what_was_called():
    text = Run.from_events(golden("agent")["events"]).to_markdown()

    assert text.startswith("## ")
    assert "*Tool call*" in text
    assert "```json\n" in text


def test_shows_what_the_filters_let_through():
    run = Run.from_events(golden("joke")["events"])
    node = run.messages[-1].node

    assert run.text() in run.to_markdown(node=node)
    assert run.text() not in run.to_markdown(node=f"!{node}")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("plain *words*", "plain *words*"),
        ("<script>", r"\<script>"),
        (r"\<script>", r"\<script>"),
        (r"\\<script>", r"\\\<script>"),
        ("![x](http://x/y)", r"!\[x](http://x/y)"),
        ("[a](http://x)", "[a](http://x)"),
        ("`a<b>`", "`a<b>`"),
        ("``a`<b>``<c>", r"``a`<b>``\<c>"),
        (r"\`<b>`", r"\`\<b>`"),
        ("```html\n<b>\n```\n<i>", "```html\n<b>\n```\n\\<i>"),
        ("~~~\n<b>\n```\n<c>\n~~~\n<i>", "~~~\n<b>\n```\n<c>\n~~~\n\\<i>"),
        ("```\n<b>", "```\n<b>\n```"),
        # What only a whole Markdown parser could tell is taken for text.
        ("- x\n  ```\n<b>", "- x\n  ```\n\\<b>"),
        (" ```\n```\n<b>", " ```\n```\n\\<b>"),
        ("`\n`<b>`", "`\n`\\<b>`"),
        ("`\n\n`<b>`", "`\n\n`<b>`"),
    ],
)
def test_takes_the_teeth_out_of_markdown(given, expected):
    assert escape(given) == expected


_SNIPPETS = ["<script>alert(1)</script>", "![x](http://x/y.png)", "`", "``", "```", "~~~", "\n", "\n\n",
             " ", "   ", "    ", "- ", "> ", "1. ", "\\", "a", "# ", "<!--", "-->", "\t"]  # fmt: skip


@given(text=st.lists(st.sampled_from(_SNIPPETS), max_size=12).map("".join))
def test_no_parser_finds_html_or_an_image_in_it(text):
    markdown_it = pytest.importorskip("markdown_it")
    found = []

    def walk(tokens):
        for token in tokens:
            if token.type in {"html_block", "html_inline", "image"}:
                found.append(token)
            walk(token.children or [])

    walk(markdown_it.MarkdownIt("commonmark").parse(escape(text)))

    assert not found, (text, escape(text))
