"""Text-completion models by themselves and in chains: tokens, as those of chat models."""

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.language_models import LLM, BaseLLM
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import CommaSeparatedListOutputParser, JsonOutputParser
from langchain_core.outputs import Generation, GenerationChunk, LLMResult
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import (
    ConfigurableField,
    RunnableBranch,
    RunnableConfig,
    RunnableLambda,
    RunnableParallel,
)
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook import GraphWidget, Run, astream, awatch, stream, watch
from tests.graphs.model import Scripted, say
from tests.kernels import kernel
from tests.shells import shell
from tests.streams.test_runnable import CHAINS, tokens

WORDS = ["It ", "is ", "sunny, ", "not ", "rainy."]
SAID = "".join(WORDS)
ASK = PromptTemplate.from_template("The weather in {city}?")


class Completer(LLM):
    """Completes every prompt with the same words."""

    words: list[str] = WORDS
    fail_after: int | None = None

    @property
    def _llm_type(self):
        return "completer"

    def _call(self, prompt, stop=None, run_manager=None, **kwargs):
        return "".join(self.words)

    def _stream(self, prompt, stop=None, run_manager=None, **kwargs):
        for at, word in enumerate(self.words):
            if at == self.fail_after:
                raise ConnectionError
            last = at == len(self.words) - 1
            chunk = GenerationChunk(
                text=word, generation_info={"finish_reason": "stop"} if last else None
            )
            if run_manager:
                run_manager.on_llm_new_token(word, chunk=chunk)
            yield chunk


class Whole(BaseLLM):
    """Cannot stream, and reports its usage."""

    @property
    def _llm_type(self):
        return "whole"

    def _generate(self, prompts, stop=None, run_manager=None, **kwargs):
        used = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
        answer = Generation(text=SAID, generation_info={"finish_reason": "length"})
        return LLMResult(generations=[[answer]], llm_output={"token_usage": used})


def streams_itself(given):
    return "".join(Completer().stream(given))


async def astreams_itself(given):
    return "".join([piece async for piece in Completer().astream(given)])


def alone():
    return Completer(), "x"


def chain():
    return ASK | Completer(), {"city": "Oslo"}


def parsed():
    return ASK | Completer() | CommaSeparatedListOutputParser(), {"city": "Oslo"}


def bound():
    return Completer().bind(temperature=1).with_config(run_name="mine") | str.upper, "x"


def branched():
    return RunnableBranch((lambda _: True, Completer()), Completer(words=["no"])), "x"


def retried():
    return Completer().with_retry(), "x"


def called():
    return RunnableLambda(streams_itself, astreams_itself), "x"


ALL = {each.__name__: each for each in (alone, chain, parsed, bound, branched, retried, called)}


class Warm(Completer):
    """Reports how warm it is."""

    heat: float = 0

    def _call(self, prompt, stop=None, run_manager=None, **kwargs):
        return f"It is {self.heat}"

    def _stream(self, prompt, stop=None, run_manager=None, **kwargs):
        return Completer(words=["It ", "is ", str(self.heat)])._stream(prompt, stop, run_manager)


async def both(make, **options):
    """A run of its sync form and one of its async form."""
    runnable, value = make()
    yield Run.from_events(stream(runnable, value, **options))
    runnable, value = make()
    yield Run.from_events([event async for event in astream(runnable, value, **options)])


@pytest.mark.parametrize("name", ALL)
async def test_every_token_once_and_the_same_result(name):
    runnable, value = ALL[name]()
    expected = runnable.invoke(value)
    async for run in both(ALL[name]):
        [message] = run.messages

        assert [token.text for token in message.tokens if token.text] == WORDS
        assert (message.role, message.origin) == ("ai", "streamed")
        assert (run.status, run.state) == ("done", expected)


@pytest.mark.parametrize("text", ['[1, {"a": "b, c"}, 12]', "12", '"a"'])
def test_what_is_parsed_is_parsed_once(text):
    model = Completer(words=list(text))
    chain = model | JsonOutputParser()

    assert watch(chain, "x", view="quiet").state == chain.invoke("x")


@pytest.mark.parametrize("name", ["alone", "chained", "configured", "named"])
async def test_what_a_config_sets_is_set(name):
    warm = Warm().configurable_fields(heat=ConfigurableField(id="heat"))
    chosen = {"configurable": {"heat": 0.7}}
    runnable = {
        "alone": warm,
        "chained": ASK | warm | str.upper,
        "configured": warm.with_config(configurable={"heat": 0.7}),
        "named": warm.configurable_alternatives(ConfigurableField(id="which"), other=Completer()),
    }[name]
    value = {"city": "Oslo"} if name == "chained" else "x"
    async for run in both(
        lambda: (runnable, value), config=None if name == "configured" else chosen
    ):
        [message] = run.messages

        assert [token.text for token in message.tokens if token.text] == ["It ", "is ", "0.7"]
        assert run.state == runnable.invoke(value, chosen)


async def test_another_model_is_chosen():
    runnable = Warm().configurable_alternatives(ConfigurableField(id="which"), other=Completer())
    config = {"configurable": {"which": "other"}}
    async for run in both(lambda: (runnable, "x"), config=config):
        assert [token.text for token in run.messages[0].tokens if token.text] == WORDS


@pytest.mark.parametrize("model", [Completer, Whole])
async def test_a_message_that_is_made_of_its_answer_is_not_another_one(model):
    async for run in both(lambda: (model() | RunnableLambda(AIMessage), "x")):
        [message] = run.messages

        assert message.text == run.state["content"] == SAID


async def test_two_of_one_node_that_say_the_same_are_two():
    def make():
        return RunnableParallel(a=Whole(), b=Whole()), "x"

    async for run in both(make):
        assert [message.text for message in run.messages] == [SAID, SAID]


async def test_a_graph_in_a_chain():
    def speak(state: MessagesState, config: RunnableConfig):
        return {"messages": [AIMessage(Whole().invoke("x", config))]}

    graph = StateGraph(MessagesState).add_node(speak).add_edge(START, "speak").compile()
    async for run in both(lambda: (RunnableLambda(lambda text: {"messages": [text]}) | graph, "x")):
        [message] = [each for each in run.messages if each.role == "ai"]

        assert (message.text, message.node, len(message.namespace)) == (SAID, "speak", 1)


def common(message):
    """The metadata that is not the model's own."""
    return {name for name in message.metadata if not name.startswith("ls_")}


async def test_the_metadata_is_that_of_a_chat_model_in_its_place():
    config = {"tags": ["weather"], "metadata": {"who": "me"}}
    other = Run.from_events(stream(Scripted(replies=[say(SAID)]), "x", config)).messages[0]
    async for run in both(alone, config=config):
        [message] = run.messages

        assert message.tags == ["weather"]
        assert message.metadata["who"] == "me"
        assert message.node == "Completer"
        assert message.metadata["ls_model_type"] == "llm"
        assert common(message) == common(other)


async def test_nostream_is_honoured():
    def make():
        return RunnableParallel(
            a=Completer().with_config(tags=["nostream"]), b=Completer().with_config(tags=["b"])
        ), "x"

    async for run in both(make):
        [message] = run.messages

        assert "b" in message.tags
        assert run.state == {"a": SAID, "b": SAID}


async def test_filters_by_tag():
    def make():
        return RunnableParallel(
            a=Completer().with_config(tags=["one"]), b=Completer().with_config(tags=["two"])
        ), "x"

    async for run in both(make, tag="two"):
        assert [message.tags for message in run.messages if message.tokens] == [
            ["map:key:b", "two"]
        ]


async def test_one_that_cannot_stream_comes_as_one_message():
    async for run in both(lambda: (Whole(), "x")):
        [message] = run.messages

        assert (message.text, message.origin) == (SAID, "returned")
        assert message.usage == {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
        assert message.metadata["ls_model_type"] == "llm"


async def test_a_cached_answer_is_not_asked_for_again():
    model = Completer(cache=InMemoryCache())
    watch(model, "x", view="quiet")
    model.words = ["other"]

    assert watch(model, "x", view="quiet").state == SAID
    assert (await awatch(model, "x", view="quiet")).state == SAID


async def test_what_it_said_before_it_failed_stays():
    seen = []
    with pytest.raises(ConnectionError):
        seen.extend(stream(Completer(fail_after=2), "x"))
    run = Run.from_events(seen)
    async for other in both(lambda: (Completer(fail_after=2).with_fallbacks([Completer()]), "x")):
        assert [message.text for message in other.messages] == ["It is ", SAID]

    assert (run.status, run.text()) == ("error", "It is ")


async def test_beside_a_chat_model():
    def make():
        return Completer() | Scripted(replies=[say("Good.")]), "x"

    async for run in both(make):
        assert [message.text for message in run.messages] == [SAID, "Good."]
        assert run.state["content"] == "Good."


@pytest.mark.parametrize("name", CHAINS)
def test_chat_models_are_not_told_twice(name):
    runnable, value = CHAINS[name]()
    first = tokens(Run.from_events(stream(runnable, value)))
    runnable, value = CHAINS[name]()
    beside = RunnableParallel(chat=runnable, text=RunnableLambda(lambda _: SAID) | Completer())
    second = tokens(Run.from_events(stream(beside, value)))

    assert sum(second.values()) == sum(first.values())


async def test_in_the_magic_and_the_widget():
    with shell() as ip:
        ip.names.update(thing=Completer())
        cell = ip.run("%%lgstream thing\n'x'")
    run = await GraphWidget(Completer()).arun("x")

    assert cell.out.endswith(f"]\n{SAID}\n"), cell.err
    assert run.text() == SAID


@pytest.mark.kernel
def test_in_a_kernel():
    with kernel(
        "%load_ext lg_notebook\nfrom tests.streams.test_text_models import ASK, Completer"
    ) as ip:
        ip.run("chain = ASK | Completer()")
        out = ip.run("%%lgstream chain\n{'city': 'Oslo'}")
        told = ip.run("print(_run.text(), len(_run.messages[0].tokens))")

    assert out.error is None, out.traceback
    assert SAID in out.displays[-1][0]["text/plain"]
    assert told.out == f"{SAID} {len(WORDS)}\n"
