"""The witness sees every model call of a run, and nobody sees the witness."""

import pytest
from langchain_core.callbacks import BaseCallbackHandler, CallbackManager

from lg_notebook import stream
from lg_notebook.streams.model_calls import ModelCallRecorder
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, TOPIC, ajoke, joke, nested, silent


class Spy(BaseCallbackHandler):
    """A user's own callback."""

    def __init__(self):
        self.seen = []

    def on_chat_model_start(self, *_, **__):
        self.seen.append("model")

    def on_llm_new_token(self, token, **_):
        self.seen.append(token)


SEEN = ["model", "Why", " ", "did", " ", "the", " ", "cone", " ", "cry?"]


def witnessed(graph, value, config=None):
    witness = ModelCallRecorder()
    for _ in graph.stream(value, witness.join(config, graph), stream_mode=["messages"]):
        pass
    return witness.log.calls


def test_sees_the_calls():
    (call,) = witnessed(joke(), TOPIC)

    assert (call.node, call.hidden, call.fault) == ("call_model", False, None)
    assert call.path.startswith("call_model:")
    assert call.run.count("-") == 4


def test_sees_what_keeps_them_from_streaming():
    whole, hidden = witnessed(silent(), HELLO)

    assert (whole.fault, whole.hidden) == ("disable_streaming=True", False)
    assert (hidden.fault, hidden.hidden) == (None, True)


def test_sees_those_of_subgraphs():
    (call,) = witnessed(nested(), HELLO)

    assert [part.partition(":")[0] for part in call.path.split("|")] == ["expert", "reply"]


async def test_sees_those_of_async_code():
    witness = ModelCallRecorder()
    graph = ajoke()
    async for _ in graph.astream(TOPIC, witness.join(None, graph), stream_mode=["messages"]):
        pass

    assert [call.node for call in witness.log.calls] == ["call_model"]


def test_is_called_for_no_token():
    class Counted(ModelCallRecorder):
        asked = 0

        def on_llm_new_token(self, *_, **__):
            self.asked += 1

    witness, graph = Counted(), joke()
    list(graph.stream(TOPIC, witness.join(None, graph), stream_mode=["messages"]))

    assert (len(witness.log.calls), witness.asked) == (1, 0)


@pytest.mark.parametrize("form", [list, tuple, CallbackManager])
def test_the_users_callbacks_stay_as_they_are(form):
    spy = Spy()
    given = form([spy], [spy]) if form is CallbackManager else form([spy])
    config = {"callbacks": given, "tags": ["mine"]}

    list(stream(joke(), TOPIC, config))

    handlers = given.handlers if form is CallbackManager else given
    assert not any(isinstance(each, ModelCallRecorder) for each in handlers)
    assert config == {"callbacks": given, "tags": ["mine"]}
    assert [token for token in spy.seen if token] == SEEN


def test_the_graphs_own_callbacks_see_everything_once():
    spy, own = Spy(), Spy()
    graph = joke().with_config(callbacks=[own])

    list(stream(graph, TOPIC))
    list(stream(joke(), TOPIC, {"callbacks": [spy]}))

    assert own.seen == spy.seen
    assert [token for token in own.seen if token] == SEEN


def test_callbacks_of_a_run_around_it_see_everything_once():
    spy = Spy()
    inner = joke()

    def outer(topic):
        return [event["type"] for event in stream(inner, {"topic": topic})]

    from langchain_core.runnables import RunnableLambda  # noqa: PLC0415 - only here

    RunnableLambda(outer).invoke("x", {"callbacks": [spy]})

    assert [token for token in spy.seen if token] == SEEN


def test_what_are_no_callbacks_is_left_to_langchain():
    witness = ModelCallRecorder()

    assert witness.join({"callbacks": 3}, joke()) == {"callbacks": 3}
    assert witness.log.calls is None


def test_models_outside_of_graphs_do_not_count():
    witness = ModelCallRecorder()
    witness.join(None, joke())
    Scripted(replies=[say("alone")]).invoke("x", {"callbacks": [witness]})

    assert witness.log.calls == []


@pytest.mark.parametrize(
    ("serialized", "fault"),
    [
        (None, None),
        ({"kwargs": {"streaming": False}}, "streaming=False"),
        ({"kwargs": {"disable_streaming": "tool_calling"}}, "disable_streaming='tool_calling'"),
        ({"repr": "M(disable_streaming='tool_calling')"}, "disable_streaming='tool_calling'"),
        ({"repr": "M(disable_streaming=False, streaming=False)"}, None),
    ],
)
def test_settings(serialized, fault):
    witness = ModelCallRecorder()
    witness.join(None, joke())
    metadata = {"langgraph_checkpoint_ns": "n:1", "langgraph_node": "n"}
    witness.on_chat_model_start(serialized, [], run_id="r", metadata=metadata)

    assert witness.log.calls[0].fault == fault
