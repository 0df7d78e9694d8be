"""Graphs that all write at the same time, each about itself."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any

from IPython.display import display
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph

from tests.graphs.model import Scripted, say
from tests.graphs.zoo import MyState

WORDS = 40


class Crowd:
    """Lets its graphs begin to write only when all of them are there.

    Args:
        number: How many there will be.
    """

    def __init__(self, number: int):
        self.number = number
        self.there = 0
        self.complete = threading.Event()
        self._lock = threading.Lock()

    def arrive(self) -> None:
        """One more is there."""
        with self._lock:
            self.there += 1
            if self.there == self.number:
                self.complete.set()

    def graph(self, name: str, *, asynchronous: bool, aloud: bool = False) -> Any:
        """A graph of two nodes that streams, writes and prints its name.

        Args:
            name: What it writes about.
            asynchronous: Whether its nodes are async; they do not pass the config on.
            aloud: Whether it prints and displays, too.
        """
        model = Scripted(replies=[say(said(name))], pause=0.005)

        def tell(word: str) -> None:
            if aloud:
                # In one piece: those of two graphs that print into one cell do not mix.
                sys.stdout.write(f"{word} {name}\n")
                sys.stdout.flush()
                display({"text/plain": f"{word} {name}"}, raw=True)

        def speak(state: MyState) -> dict[str, Any]:
            self.arrive()
            tell("first")
            self.complete.wait(60)
            get_stream_writer()({"of": name})
            return {"joke": str(model.invoke("go").content)}

        async def aspeak(state: MyState) -> dict[str, Any]:
            self.arrive()
            tell("first")
            while not self.complete.is_set():  # noqa: ASYNC110 - graphs of several loops wait
                await asyncio.sleep(0.005)
            get_stream_writer()({"of": name})
            return {"joke": str((await model.ainvoke("go")).content)}

        def end(state: MyState) -> None:
            tell("last")

        async def aend(state: MyState) -> None:
            tell("last")

        builder = StateGraph(MyState).add_node("speak", aspeak if asynchronous else speak)
        builder.add_node("end", aend if asynchronous else end)
        return builder.add_edge(START, "speak").add_edge("speak", "end").compile()


def said(name: str) -> str:
    """What a graph's model says, to the last word about itself."""
    return " ".join(f"{name}-{at}" for at in range(WORDS))


def config(name: str) -> dict[str, Any]:
    """A config by which a run differs from the others."""
    return {
        "metadata": {"who": name},
        "tags": [name],
        "configurable": {"api_key": f"{name}-key-{name}"},
    }


def kept_apart(run: Any, name: str) -> bool:
    """Assert that a run has everything of its own, and nothing of another."""
    assert (run.status, run.text(), run.state["joke"]) == ("done", said(name), said(name))
    assert run.input["topic"] == name
    assert run.custom == [{"of": name}]
    assert [task.node for task in run.tasks] == ["speak", "end"]
    (message,) = run.messages
    assert (message.metadata["who"], message.tags) == (name, [name])
    assert [token.text for token in message.tokens if token.text.strip()] == said(name).split()
    assert [event["seq"] for event in run.events] == list(range(len(run.events)))
    return True
