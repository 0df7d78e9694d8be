"""The second promise, for any message: every string in it is in some block, and stays.

The corpus runs every time. For a longer search: `LG_NOTEBOOK_EXAMPLES=2000 pytest …`. That the
front end folds the same is checked on the golden logs (tests/fixtures, js/tests).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from langchain_core.messages import AIMessage

from lg_notebook import Run, read_notebook
from tests.promises.graphs import RECORD, calling, cases, fake, quiet, returning
from tests.promises.test_any_run import SEARCH

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=4, max_size=8)
"""Words that are long enough to be distinguished from all else in a run."""

ABOUT = {"type", "index", "id", "call_id", "tool_use_id"}
"""Keys whose values say what a block is, not what is said."""


def of_kind(kind: str, **fields: Any) -> Any:
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


BLOCKS = st.one_of(
    of_kind("text", text=WORDS),
    of_kind(
        "text",
        text=WORDS,
        citations=st.lists(of_kind("citation", cited_text=WORDS, url=WORDS), max_size=2),
    ),
    of_kind("text", text=WORDS, annotations=st.lists(of_kind("citation", title=WORDS), max_size=2)),
    of_kind("thinking", thinking=WORDS, signature=WORDS),
    of_kind("thinking", thinking=st.lists(of_kind("text", text=WORDS), max_size=2)),
    of_kind("reasoning", reasoning=WORDS),
    of_kind("reasoning", summary=st.lists(of_kind("summary_text", text=WORDS), max_size=2)),
    of_kind("reasoning_content", reasoning_content=of_kind("x", text=WORDS)),
    of_kind("redacted_thinking", data=WORDS),
    of_kind("refusal", refusal=WORDS),
    of_kind("server_tool_use", name=WORDS, input=st.dictionaries(WORDS, WORDS, max_size=2)),
    of_kind("server_tool_call", name=WORDS, args=st.dictionaries(WORDS, WORDS, max_size=2)),
    of_kind("server_tool_result", output=WORDS),
    of_kind(
        "web_search_tool_result", content=st.lists(of_kind("r", title=WORDS, url=WORDS), max_size=2)
    ),
    of_kind("web_search_call", action=of_kind("search", query=WORDS)),
    of_kind(
        "code_interpreter_call",
        code=WORDS,
        outputs=st.lists(of_kind("logs", logs=WORDS), max_size=1),
    ),
    of_kind("executable_code", executable_code=WORDS, language=WORDS),
    of_kind("image", url=WORDS),
    of_kind("image_url", image_url=of_kind("x", url=WORDS)),
    of_kind("file", file_id=WORDS),
    of_kind("non_standard", value=st.dictionaries(WORDS, WORDS, max_size=2)),
    st.dictionaries(WORDS, WORDS, min_size=1, max_size=2),
    WORDS,
)
"""Content blocks as providers write them, and as nobody does."""

ASIDE = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"refusal": WORDS}),
    st.fixed_dictionaries({"reasoning_content": WORDS}),
    st.fixed_dictionaries({"audio": st.fixed_dictionaries({"id": WORDS, "transcript": WORDS})}),
    st.fixed_dictionaries(
        {"function_call": st.fixed_dictionaries({"name": WORDS, "arguments": WORDS})}
    ),
)
CALLS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("tool_call"),
            "id": WORDS,
            "name": WORDS,
            "args": st.dictionaries(WORDS, WORDS, max_size=2),
        }
    ),
    max_size=2,
    unique_by=lambda call: call["id"],
)


def numbered(blocks: list[Any], at: int = 0) -> list[Any]:
    """The blocks with their index, as a model that streams gives them."""
    return [
        {**block, "index": at + more} if isinstance(block, dict) else block
        for more, block in enumerate(blocks)
    ]


def words(value: Any) -> set[str]:
    """Every string that is said in it, the keys of what a model made up included."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {word for key, item in value.items() if key not in ABOUT for word in words(item)}
    if isinstance(value, (list, tuple)):
        return {word for item in value for word in words(item)}
    return set()


def block_words(run: Run) -> str:
    """All that is in the blocks of a run's messages."""
    said = [
        [message.final or "", *([b.text, b.name, b.data] for b in message.blocks)]
        for message in run.messages
    ]
    return json.dumps(said, ensure_ascii=False)


def check(run: Run, *given: Any) -> None:
    assert run.status == "done"
    shown = block_words(run)
    missing = {
        word for word in words(given) if json.dumps(word, ensure_ascii=False)[1:-1] not in shown
    }
    assert not missing
    check_kept(run)


def check_kept(run: Run) -> None:
    """What is saved, and what is sent, folds to the same run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.jsonl"
        run.save(file)
        assert Run.load(file).snapshot() == run.snapshot()
    stored = run._repr_mimebundle_()[1][RECORD]
    [sent] = read_notebook({"cells": [{"outputs": [{"metadata": {RECORD: stored}}]}]})
    assert block_words(sent) == block_words(run)
    assert [m.role for m in sent.messages] == [m.role for m in run.messages]


def streamed(chunks: list[Any], aside: Any) -> Run:
    pieces = [
        numbered(each, 10 * at) if isinstance(each, list) else each
        for at, each in enumerate(chunks)
    ]
    return quiet(calling(fake(*pieces, {"additional_kwargs": aside})))


def returned(content: Any, aside: Any, calls: Any) -> Run:
    return quiet(
        returning({"messages": [AIMessage(content, additional_kwargs=aside, tool_calls=calls)]})
    )


CORPUS: dict[str, list[Any]] = {
    "text": ["hello", " there"],
    "text blocks": [[{"type": "text", "text": "hello"}], [{"type": "text", "text": "there"}]],
    "thinking": [[{"type": "thinking", "thinking": "hmmm"}], "done"],
    "a summary": [[{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hmmm"}]}]],
    "a picture": [[{"type": "image", "url": "https://example.org/cat"}]],
    "an unknown form": [[{"type": "poem", "verse": "roses"}]],
    "a refusal": [[{"type": "refusal", "refusal": "never"}]],
    "citations": [[{"type": "text", "text": "said", "citations": [{"cited_text": "quoted"}]}]],
    "citations alone": [[{"type": "text", "text": "", "citations": [{"cited_text": "quoted"}]}]],
    "annotations": [[{"type": "text", "text": "said", "annotations": [{"title": "source"}]}]],
    "a signature": [[{"type": "thinking", "thinking": "hmmm", "signature": "sealed"}]],
    "a signature alone": [[{"type": "thinking", "thinking": "", "signature": "sealed"}]],
    "thinking in a list": [[{"type": "thinking", "thinking": [{"type": "text", "text": "hmmm"}]}]],
    "Bedrock's reasoning": [
        [
            {
                "type": "reasoning_content",
                "reasoning_content": {"text": "hmmm", "signature": "sealed"},
            }
        ]
    ],
    "a form without a type": [[{"verse": "roses"}]],
}


@pytest.mark.parametrize("chunks", cases(CORPUS))
def test_every_string_of_chunks_is_in_a_block(chunks):
    check(streamed(chunks, {}), chunks)


@pytest.mark.parametrize("chunks", cases(CORPUS))
def test_every_string_of_a_whole_message_is_in_a_block(chunks):
    content = [block for each in chunks for block in (each if isinstance(each, list) else [each])]

    check(returned(content, {}, []), content)


@SEARCH
@hypothesis.given(
    chunks=st.lists(WORDS | st.lists(BLOCKS, min_size=1, max_size=3), max_size=4), aside=ASIDE
)
def test_every_string_of_any_chunks_is_in_a_block(chunks, aside):
    check(streamed(chunks, aside), chunks, aside)


@SEARCH
@hypothesis.given(content=WORDS | st.lists(BLOCKS, max_size=4), aside=ASIDE, calls=CALLS)
def test_every_string_of_any_message_is_in_a_block(content, aside, calls):
    check(returned(content, aside, calls), content, aside, calls)


@SEARCH
@hypothesis.given(
    chunks=st.lists(WORDS, min_size=1, max_size=3),
    content=WORDS | st.lists(BLOCKS, max_size=3),
    calls=CALLS,
)
def test_every_string_of_a_final_message_is_in_a_block(chunks, content, calls):
    model = fake(*chunks)

    def revise() -> Any:
        answer = model.invoke("hi")
        return {"messages": [AIMessage(content, id=answer.id, tool_calls=calls)]}

    check(quiet(returning(revise)), content, calls)


@SEARCH
@hypothesis.given(chunks=st.lists(WORDS | st.lists(BLOCKS, max_size=2), max_size=4))
def test_any_run_is_kept_and_sent_as_it_is(chunks):
    try:
        run = streamed(chunks, {})
    except (TypeError, AttributeError):  # what ends the run is another fault
        hypothesis.reject()
    check_kept(run)
