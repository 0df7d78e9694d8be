"""One exchange with a model, without a model, a file or a wait."""

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from lg_notebook.cassettes.exchange import Exchange

RESPONSE = [(100, AIMessageChunk("It ")), (300, AIMessageChunk("melts."))]
MILLISECOND = 1_000_000


class Clock:
    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def saved():
    return []


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize(
    ("speed", "pauses"), [(None, [0, 0]), (1.0, [0.1, 0.3]), (2.0, [0.05, 0.15])]
)
def test_plays_back_at_its_speed(saved, speed, pauses):
    exchange = Exchange(RESPONSE, save=saved.append, speed=speed)
    played = list(exchange.chunks())
    pause, result = exchange.whole()

    assert exchange.plays
    assert [seconds for seconds, _ in played] == pauses
    assert [chunk.text for _, chunk in played] == ["It ", "melts."]
    assert pause == pytest.approx(sum(pauses))
    assert (result.generations[0].text, type(result.generations[0].message)) == (
        "It melts.",
        AIMessage,
    )
    assert saved == []


def test_chunks_played_are_copies(saved):
    exchange = Exchange(RESPONSE, save=saved.append)
    for _, chunk in exchange.chunks():
        chunk.message.content = "changed"

    assert [chunk.content for _, chunk in RESPONSE] == ["It ", "melts."]


def test_records_chunks_with_the_milliseconds_between_them(saved, clock):
    exchange = Exchange(None, save=saved.append, clock=clock)
    for text in ("It ", "melts."):
        clock.now += 7 * MILLISECOND
        exchange.add(ChatGenerationChunk(message=AIMessageChunk(text)))
    assert not exchange.plays
    assert saved == []

    exchange.finish()
    assert saved == [
        [(7, {"content": "It ", "chunk": True}), (7, {"content": "melts.", "chunk": True})]
    ]


def test_records_a_whole_response(saved, clock):
    exchange = Exchange(None, save=saved.append, clock=clock)
    clock.now = 40 * MILLISECOND
    generation = ChatGeneration(message=AIMessage("It melts."), generation_info={"reason": "stop"})
    exchange.finish_whole(ChatResult(generations=[generation]))

    assert saved == [[(40, {"content": "It melts.", "response_metadata": {"reason": "stop"}})]]


def test_without_a_chunk_there_is_nothing_to_save(saved):
    Exchange(None, save=saved.append).finish()
    assert saved == []
