"""Cassettes: recorded once, played ever after; the graph runs, the model does not."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import Field

import lg_notebook
from lg_notebook import Run, cassette, demo, stream
from lg_notebook.cassettes import model_patch
from lg_notebook.cassettes.model_facts import is_key_variable
from lg_notebook.exceptions import CassetteError


class Model(BaseChatModel):
    """A model that counts how often it is really called."""

    asked: list[str] = Field(default_factory=list)
    model: str = "tiny"
    api_key: str = ""

    @property
    def _llm_type(self):
        return "test"

    def _get_ls_params(self, stop=None, **kwargs):
        return {"ls_model_name": self.model}

    @property
    def lc_secrets(self):
        return {"api_key": "TINY_MODEL_API_KEY"}

    def _answer(self, messages):
        self.asked.append(messages[-1].content)
        return f"answer {len(self.asked)} to {messages[-1].content}".split(" ")

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        message = AIMessage(" ".join(self._answer(messages)), usage_metadata=USAGE)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        words = self._answer(messages)
        for number, word in enumerate(words):
            text = word if number == 0 else f" {word}"
            yield ChatGenerationChunk(message=AIMessageChunk(text, id=f"made-up-{len(self.asked)}"))
        last = AIMessageChunk("", usage_metadata=USAGE)
        yield ChatGenerationChunk(message=last, generation_info={"finish_reason": "stop"})


USAGE = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}


class Slow(Model):
    """One with async methods of its own."""

    async def _agenerate(self, messages, stop=None, run_manager=None, **kwargs):
        await asyncio.sleep(0)
        return self._generate(messages)

    async def _astream(self, messages, stop=None, run_manager=None, **kwargs):
        for chunk in self._stream(messages):
            await asyncio.sleep(0)
            yield chunk


class Silent(BaseChatModel):
    """One that cannot stream."""

    @property
    def _llm_type(self):
        return "silent"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        return ChatResult(generations=[ChatGeneration(message=AIMessage("as a whole"))])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tape.jsonl"


@pytest.fixture(autouse=True)
def _nothing_stays_replaced():
    before = {(cls, name): cls.__dict__.get(name) for cls in (BaseChatModel, Model, Slow, Silent)
              for name in ("_generate", "_agenerate", "_stream", "_astream", "generate", "stream",
                           "agenerate", "astream")}  # fmt: skip
    yield
    for (cls, name), method in before.items():
        assert cls.__dict__.get(name) is method


def a_sync(model, text):
    return model.invoke(text)


def a_stream(model, text):
    *_, total = accumulate(model.stream(text))
    return total


def accumulate(chunks):
    total = None
    for chunk in chunks:
        total = chunk if total is None else total + chunk
        yield total


def an_async(model, text):
    return asyncio.run(model.ainvoke(text))


def an_astream(model, text):
    async def run():
        return [chunk async for chunk in model.astream(text)]

    *_, total = accumulate(asyncio.run(run()))
    return total


WAYS = [a_sync, a_stream, an_async, an_astream]


@pytest.mark.parametrize("kind", [Model, Slow])
@pytest.mark.parametrize("record", WAYS)
@pytest.mark.parametrize("play", WAYS)
def test_what_was_recorded_one_way_is_played_in_any(kind, record, play, path):
    with cassette(path):
        first = record(kind(asked=[]), "hello")

    model = kind(asked=[])
    with cassette(path) as tape:
        again = play(model, "hello")

    assert model.asked == []
    assert again.content == first.content == "answer 1 to hello"
    assert again.usage_metadata == first.usage_metadata == USAGE
    assert (tape.played, tape.recorded) == (1, 0)


@pytest.mark.parametrize("play", WAYS)
def test_a_model_that_cannot_stream_is_played_too(play, path):
    with cassette(path):
        Silent().invoke("x")

    with cassette(path, "none"):
        assert play(Silent(), "x").content == "as a whole"


def test_chunks_come_as_they_came(path):
    model = Model(asked=[])
    with cassette(path):
        first = [chunk.content for chunk in model.stream("hello")]

    with cassette(path):
        again = list(model.stream("hello"))

    assert [chunk.content for chunk in again] == first
    assert len(first) > 3
    assert any(chunk.response_metadata.get("finish_reason") == "stop" for chunk in again)
    assert "made-up-1" not in {chunk.id for chunk in again}, (
        "the same id twice would be one message"
    )


def test_tool_calls_are_played_piece_by_piece(path):
    pieces = [
        AIMessageChunk("", tool_call_chunks=[
            {"name": "search", "args": "", "id": "c1", "index": 0, "type": "tool_call_chunk"}]),
        AIMessageChunk("", tool_call_chunks=[
            {"name": None, "args": '{"q": "ice', "id": None, "index": 0, "type": "tool_call_chunk"}]),
        AIMessageChunk("", tool_call_chunks=[
            {"name": None, "args": ' cream"}', "id": None, "index": 0, "type": "tool_call_chunk"}]),
    ]  # fmt: skip

    class Calling(Model):
        def _stream(self, messages, stop=None, run_manager=None, **kwargs):
            self._answer(messages)
            for piece in pieces:
                yield ChatGenerationChunk(message=piece)

    with cassette(path):
        list(Calling(asked=[]).stream("x"))
    model = Calling(asked=[])
    with cassette(path):
        again = list(model.stream("x"))

    assert model.asked == []
    *_, total = accumulate(again)
    assert [(c["id"], c["name"], c["args"]) for c in total.tool_calls] == [
        ("c1", "search", {"q": "ice cream"})
    ]
    assert [c.tool_call_chunks[0]["args"] for c in again if c.tool_call_chunks] == [
        "", '{"q": "ice', ' cream"}',
    ]  # fmt: skip


def test_whole_tool_calls_are_played_too(path):
    call = {"id": "c1", "name": "search", "args": {"q": "x"}, "type": "tool_call"}
    model = GenericFakeChatModel(messages=iter([AIMessage("", tool_calls=[call])]))
    with cassette(path):
        model._generate([HumanMessage("x")])

    with cassette(path):
        assert model.invoke("x").tool_calls == [call]


def test_the_same_question_gives_the_answers_in_their_order_and_begins_again(path):
    model = Model(asked=[])
    with cassette(path):
        first = [model.invoke("hello").content for _ in range(3)]
    with cassette(path):
        again = [model.invoke("hello").content for _ in range(6)]

    assert len(set(first)) == 3
    assert again == first * 2


def test_another_question_is_an_error_that_shows_the_nearest_and_the_difference(path):
    model = Model(asked=[])
    with cassette(path):
        model.invoke("Tell me a joke about ice cream")
        model.invoke("How late is it?")

    with cassette(path), pytest.raises(CassetteError) as caught:
        model.invoke("Tell me a joke about pies")

    words = str(caught.value)
    assert words.startswith("tape.jsonl has no answer to this question")
    assert '-      "content": "Tell me a joke about ice cream"' in words
    assert '+      "content": "Tell me a joke about pies"' in words
    assert "How late" not in words
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.bind(stop=["x"]).invoke("hello"),
        lambda m: m.model_copy(update={"model": "other"}).invoke("hello"),
        lambda m: m.invoke([("system", "be brief"), ("user", "hello")]),
    ],
    ids=["options", "model", "messages"],
)
def test_options_model_and_messages_belong_to_the_question(change, path):
    model = Model(asked=[])
    with cassette(path):
        model.invoke("hello")

    with cassette(path), pytest.raises(CassetteError):
        change(model)


def test_ids_and_metadata_do_not(path):
    model = Model(asked=[])
    history = [HumanMessage("a", id="1"), AIMessage("b", id="2", usage_metadata=USAGE,
               response_metadata={"x": 1}), HumanMessage("c", id="3")]  # fmt: skip
    with cassette(path):
        model.invoke(history)

    with cassette(path, "none"):
        model.invoke([HumanMessage("a"), AIMessage("b", id="9"), HumanMessage("c")])


def test_mode_new_asks_only_what_is_unknown_and_keeps_it(path):
    model = Model(asked=[])
    with cassette(path):
        model.invoke("one")
    with cassette(path, "new") as tape:
        model.invoke("one")
        model.invoke("two")
        model.invoke("two")
        assert (tape.played, tape.recorded) == (2, 1)
    with cassette(path, "none"):
        model.invoke("two")
        model.invoke("one")

    assert model.asked == ["one", "two"]


def test_mode_all_records_anew(path):
    model = Model(asked=[])
    with cassette(path):
        model.invoke("one")
    with cassette(path, "all"):
        model.invoke("two")

    with cassette(path):
        model.invoke("two")
        with pytest.raises(CassetteError):
            model.invoke("one")


def test_mode_none_wants_a_file(path):
    with pytest.raises(FileNotFoundError, match="record it first"), cassette(path, "none"):
        pass


def test_a_folder_that_is_not_there_is_told_before_anything_runs(tmp_path):
    with pytest.raises(FileNotFoundError, match="make it first"), cassette(tmp_path / "a" / "b"):
        pass


@pytest.mark.parametrize(("mode", "speed"), [("always", None), ("once", 0), ("once", -1)])
def test_nonsense_is_refused(mode, speed, path):
    with pytest.raises(ValueError, match=r"mode is one of|speed is a number above 0"):
        cassette(path, mode, speed=speed)


def test_an_answer_that_breaks_off_is_not_recorded(path):
    class Failing(Model):
        def _stream(self, messages, stop=None, run_manager=None, **kwargs):
            yield ChatGenerationChunk(message=AIMessageChunk("so far"))
            raise OSError("gone")

    with cassette(path) as tape:
        with pytest.raises(OSError, match="gone"):
            list(Failing(asked=[]).stream("x"))
        chunks = Model(asked=[]).stream("y")
        next(chunks)
        chunks.close()
        assert tape.recorded == 0
    assert not path.exists()


def graph_of(model):
    def joke(state):
        return {"messages": [model.invoke("a joke")]}

    async def poem(state):
        return {"messages": [await model.ainvoke("a poem")]}

    return (
        StateGraph(MessagesState).add_node(joke).add_node(poem)
        .add_edge(START, "joke").add_edge("joke", "poem").compile()
    )  # fmt: skip


def sync_graph(model):
    def joke(state):
        return {"messages": [model.invoke([*state["messages"], ("user", "a joke")])]}

    return StateGraph(MessagesState).add_node(joke).add_edge(START, "joke").compile()


def test_a_graph_streams_the_same_tokens_without_its_model(path):
    question = {"messages": [("user", "hi")]}
    with cassette(path):
        first = Run.from_events(stream(sync_graph(Model(asked=[])), question))
    model = Model(asked=[])
    with cassette(path):
        again = Run.from_events(stream(sync_graph(model), question))

    assert model.asked == []
    assert again.text() == first.text() == "answer 1 to a joke"
    assert [t.text for t in again.messages[-1].tokens] == [
        t.text for t in first.messages[-1].tokens
    ]
    assert len(again.messages[-1].tokens) > 3
    assert again.usage == first.usage
    assert again.messages[-1].finish_reason == "stop"


async def test_an_async_graph_streams_the_same_tokens_without_its_model(path):
    async def run(model):
        with cassette(path):
            events = [e async for e in lg_notebook.astream(graph_of(model), {"messages": []})]
        return Run.from_events(events)

    first, model = await run(Slow(asked=[])), Slow(asked=[])
    again = await run(model)

    assert model.asked == []
    for one, other in zip(first.messages, again.messages, strict=True):
        assert [t.text for t in one.tokens] == [t.text for t in other.tokens]
        assert len(one.tokens) > 3


def test_two_cassettes_in_two_threads_do_not_mix(tmp_path):
    barrier = threading.Barrier(2)

    def work(name):
        model = Model(asked=[])
        with cassette(tmp_path / f"{name}.jsonl"):
            barrier.wait(timeout=30)
            model.invoke(name)
            barrier.wait(timeout=30)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for name in "ab":
        [_, row] = (tmp_path / f"{name}.jsonl").read_text().splitlines()
        assert json.loads(row)["ask"]["messages"][0]["content"] == name


def test_the_innermost_answers(tmp_path):
    model = Model(asked=[])
    with cassette(tmp_path / "outer.jsonl") as outer, cassette(tmp_path / "inner.jsonl") as inner:
        model.invoke("x")
        assert (outer.recorded, inner.recorded) == (0, 1)


def test_a_thread_that_lost_its_context_still_finds_it(path):
    model = Model(asked=[])
    with cassette(path) as tape:
        thread = threading.Thread(target=model.invoke, args=("x",))
        thread.start()
        thread.join()
        assert tape.recorded == 1


def test_outside_of_it_models_answer_themselves(path):
    model = Model(asked=[])
    tape = cassette(path)
    with tape:
        model.invoke("x")
    model.invoke("x")
    with tape:
        model.invoke("x")

    assert model.asked == ["x", "x"]


def test_in_use_it_answers_everywhere_until_it_is_closed(path):
    model = Model(asked=[])
    tape = cassette(path).use()
    try:
        model.invoke("x")
        assert tape.use() is tape
    finally:
        tape.close()
    tape.close()
    tape.use()
    model.invoke("x")
    tape.close()
    model.invoke("x")

    assert model.asked == ["x", "x"]


def test_a_class_of_model_that_comes_later_is_recorded_too(path):
    with cassette(path) as tape:

        class Late(Model):
            def _stream(self, messages, stop=None, run_manager=None, **kwargs):
                yield ChatGenerationChunk(message=AIMessageChunk("late"))

        Late(asked=[]).invoke("x")
        list(Late(asked=[]).stream("x"))
        assert tape.recorded == 2
        replaced = Late.__dict__["_stream"]
    assert Late.__dict__["_stream"] is not replaced


def test_no_key_is_needed_to_play(path, monkeypatch):
    monkeypatch.setenv("TINY_MODEL_API_KEY", "sk-tiny-12345678")
    with cassette(path):
        Model(asked=[]).invoke("x")
    monkeypatch.delenv("TINY_MODEL_API_KEY")

    with cassette(path):
        assert os.environ["TINY_MODEL_API_KEY"] == "none"
    assert "TINY_MODEL_API_KEY" not in os.environ


def test_secrets_do_not_reach_the_file(path, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-environ-12345678")
    model = Model(asked=[], api_key="sk-in-the-model-87654321")
    with cassette(path):
        list(model.stream("my keys are sk-environ-12345678 and sk-in-the-model-87654321"))

    text = path.read_text()
    assert "12345678" not in text
    assert "87654321" not in text
    with cassette(path):
        again = model.invoke("my keys are sk-environ-12345678 and sk-in-the-model-87654321")
    assert again.content.count("[masked]") == 2


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", '{"format": "lg_notebook.run", "version": 1}\n']
)
def test_another_file_is_no_cassette(text, path):
    path.write_text(text or "\n")

    with pytest.raises(ValueError, match="is not a cassette"), cassette(path):
        pass


def test_a_newer_one_says_so(path):
    path.write_text('{"format":"lg_notebook.cassette","version":2}\n')

    with pytest.raises(ValueError, match="newer lg_notebook"), cassette(path):
        pass


def test_a_cassette_of_the_first_version_still_plays():
    model = Model(asked=[])
    with cassette(Path(__file__).parent.parent / "fixtures" / "cassette-v1.jsonl", "none") as tape:
        *_, streamed = accumulate(model.stream("hello"))
        whole = Silent().invoke("x")

    assert (streamed.content, streamed.usage_metadata) == ("answer 1 to hello", USAGE)
    assert (whole.content, model.asked, tape.played) == ("as a whole", [], 2)


def test_a_cut_last_line_is_no_obstacle_and_a_broken_one_is_named(path):
    model = Model(asked=[])
    with cassette(path):
        model.invoke("one")
        model.invoke("two")
    whole = path.read_bytes()

    path.write_bytes(whole[:-20])
    with cassette(path):
        assert model.invoke("one")
        with pytest.raises(CassetteError):
            model.invoke("two")

    path.write_bytes(whole.replace(b'"ask"', b'"task"', 1))
    with pytest.raises(ValueError, match="broken in line 2"), cassette(path):
        pass


@pytest.mark.parametrize("cut", [1, 20])
def test_after_a_cut_last_line_the_next_one_is_whole(path, cut):
    """One character: only the line feed is missing."""
    model = Model(asked=[])
    with cassette(path):
        model.invoke("one")
        model.invoke("two")
    path.write_bytes(path.read_bytes()[:-cut])
    with cassette(path, "new") as tape:
        model.invoke("three")
        model.invoke("four")
        assert tape.recorded == 2

    with cassette(path, "none"):
        for question in ("one", "three", "four", *(["two"] if cut == 1 else [])):
            model.invoke(question)
    assert model.asked == ["one", "two", "three", "four"]


def test_a_cut_cassette_that_only_plays_stays_as_it_is(path):
    with cassette(path):
        Model(asked=[]).invoke("one")
    path.write_bytes(path.read_bytes()[:-1])
    before = path.read_bytes()
    with cassette(path, "none"):
        Model(asked=[]).invoke("one")

    assert path.read_bytes() == before


def test_a_compressed_cassette_plays_and_grows(tmp_path):
    path, model = tmp_path / "tape.jsonl.gz", Model(asked=[])
    with cassette(path):
        model.invoke("one")
    with cassette(path, "new"):
        model.invoke("two")
    path.write_bytes(path.read_bytes()[:-9])
    with cassette(path, "new"):
        model.invoke("three")
    with cassette(path, "none"):
        model.invoke("one")
        model.invoke("three")

    assert model.asked == ["one", "two", "three"]
    assert path.read_bytes().startswith(b"\x1f\x8b")


def test_what_is_not_a_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(IsADirectoryError, match="give a file"), cassette(tmp_path):
        pass
    with pytest.raises(ValueError, match="a device or a pipe"), cassette(tmp_path / "pipe"):
        pass


def test_recording_again_on_a_full_disk_keeps_the_old_cassette(path, monkeypatch):
    with cassette(path):
        Model(asked=[]).invoke("one")
    before = path.read_bytes()

    def full(_):
        raise OSError("No space left on device")

    with cassette(path, "all"):
        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            Model(asked=[]).invoke("two")

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"3",
        b'{"ask":{},"answer":[[-1,{"content":"x"}]]}',
        b'{"ask":{},"answer":3}',
        b'{"ask":{},"answer":[],"needs":3}',
    ],
    ids=["deep", "a number", "a time below zero", "no answer", "needs"],
)
def test_a_hostile_line_is_named(line, path):
    path.write_bytes(b'{"format":"lg_notebook.cassette","version":1}\n' + line + b"\n")

    with pytest.raises(ValueError, match="is broken in line 2"), cassette(path):
        pass


@pytest.mark.parametrize("version", ["true", "0", "-1", '"1"', "1.0"])
def test_a_version_is_a_whole_number_above_zero(version, path):
    path.write_text(f'{{"format":"lg_notebook.cassette","version":{version}}}\n')

    with pytest.raises(ValueError, match="is not a cassette"), cassette(path):
        pass


def test_a_cassette_names_only_variables_of_model_clients(path):
    class Odd(Model):
        @property
        def lc_secrets(self):
            return {"api_key": "ODD_API_KEY", "path": "LD_PRELOAD", "none": None}

    with cassette(path):
        Odd(asked=[]).invoke("x")

    assert json.loads(path.read_text().splitlines()[1])["needs"] == ["ODD_API_KEY"]


@pytest.mark.parametrize(
    "name",
    ["OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "HUGGINGFACEHUB_API_TOKEN", "WATSONX_APIKEY",
     "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ANTHROPIC_AUTH_TOKEN"],
)  # fmt: skip
def test_names_of_keys(name):
    assert is_key_variable(name)


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "LD_PRELOAD", "PYTHONPATH", "GITHUB_TOKEN", "SECRET_KEY", "x", "", 3]
)
def test_names_of_other_variables(name):
    assert not is_key_variable(name)


def test_plays_at_the_speed_it_is_told(path, monkeypatch):
    model = Model(asked=[])
    with cassette(path):
        list(model.stream("x"))
    rows = [json.loads(row) for row in path.read_text().splitlines()]
    rows[1]["answer"] = [[100, chunk] for _, chunk in rows[1]["answer"]]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    pauses = []
    monkeypatch.setattr("lg_notebook.cassettes.model_methods.time.sleep", pauses.append)

    with cassette(path, speed=2.0):
        list(model.stream("x"))
    assert pauses == [0.05] * len(rows[1]["answer"])


@pytest.fixture
def outer(path):
    """One that answers in the whole process."""
    with cassette(path):
        Model(asked=[]).invoke("x")
        Slow(asked=[]).invoke("x")
    inserted = cassette(path, "none").use()
    yield inserted
    inserted.close()


def test_one_cassette_is_recorded_from_the_one_in_use(outer, tmp_path):
    model = Model(asked=[])
    with cassette(tmp_path / "inner.jsonl") as inner:
        first = model.invoke("x")
        assert "".join(c.content for c in model.stream("x")) == first.content
        with pytest.raises(CassetteError, match=r"tape\.jsonl has no answer"):
            model.invoke("y")

    assert model.asked == []
    assert (outer.played, inner.recorded) == (2, 2)
    with cassette(tmp_path / "inner.jsonl", "none"):
        assert model.invoke("x").content == first.content
    assert outer.played == 2


async def test_in_async_code_too(outer, tmp_path):
    model = Slow(asked=[])
    async with cassette(tmp_path / "inner.jsonl") as inner:
        first = await model.ainvoke("x")
        assert "".join([c.content async for c in model.astream("x")]) == first.content

    assert (model.asked, outer.played, inner.recorded) == ([], 2, 2)


# ---- for the whole process ---------------------------------------------------------------


@pytest.fixture
def settings():
    yield lg_notebook.settings
    lg_notebook.settings.reset()


def test_a_setting_plays_it_in_the_whole_process(settings, path):
    settings.cassette = path
    Model(asked=[]).invoke("x")
    assert settings.cassette.recorded == 1
    settings.cassette = None

    model = Model(asked=[])
    settings.cassette = cassette(path, mode="none")
    thread = threading.Thread(target=model.invoke, args=("x",))
    thread.start()
    thread.join()
    assert (model.asked, settings.cassette.played) == ([], 1)

    settings.reset()
    model.invoke("x")
    assert model.asked == ["x"]


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [(3, TypeError, "cassette is a file"), ("other.txt", ValueError, "is not a cassette"),
     ("nowhere/x.jsonl", FileNotFoundError, "There is no folder")],
)  # fmt: skip
def test_what_is_no_cassette_leaves_the_one_before(settings, path, value, error, words):
    with cassette(path):
        Model(asked=[]).invoke("x")
    settings.cassette = path
    (path.parent / "other.txt").write_text("hello")

    with pytest.raises(error, match=words):
        settings.cassette = path.parent / value if isinstance(value, str) else value

    model = Model(asked=[])
    model.invoke("x")
    assert model.asked == []


def in_a_process(code, **environ):
    environ = {**os.environ, **{f"LG_NOTEBOOK_CASSETTE{k}": str(v) for k, v in environ.items()}}
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )


def test_the_environment_plays_it_from_the_beginning(path):
    with cassette(path):
        Model(asked=[]).invoke("x")

    ended = in_a_process(
        "import lg_notebook\n"
        "from tests.cassettes.test_cassette import Model\n"
        "print(Model().invoke('x').content)\n"
        "tape = lg_notebook.settings.cassette\n"
        "print(tape.mode, tape.played)\n"
        "Model().invoke('y')\n",
        **{"": path, "_MODE": "none", "_SPEED": 100},
    )

    assert ended.stdout == "answer 1 to x\nnone 1\n"
    assert "CassetteError: tape.jsonl has no answer to this question" in ended.stderr


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"_SPEED": "fast"}, "LG_NOTEBOOK_CASSETTE_SPEED is a number above 0, not 'fast'."),
        ({"_MODE": "twice"}, "mode is one of once, none, all, new, not 'twice'."),
        ({"_MODE": "none"}, "MissingFileError: There is no cassette"),
    ],
)
def test_nonsense_in_the_environment_is_told(path, environ, words):
    ended = in_a_process("import lg_notebook", **{"": path, **environ})

    assert words in ended.stderr


def test_the_demo_model_is_not_loaded_where_a_cassette_answers(path, monkeypatch):
    monkeypatch.setattr(demo, "base_url", lambda: "http://127.0.0.1:9/v1?called")
    pytest.importorskip("langchain_openai")
    with cassette(path):
        Model(asked=[]).invoke("x")
        assert demo.chat_model().openai_api_base.endswith("called"), "it may be called"

    with cassette(path):
        assert demo.chat_model().openai_api_base == "http://127.0.0.1:9/v1"


def test_interception_is_counted_and_leaves_nothing():
    model_patch.install(lambda: None)
    model_patch.install(lambda: None)
    model_patch.uninstall()
    assert model_patch._installed == 1
    model_patch.uninstall()
    assert not model_patch._replaced
