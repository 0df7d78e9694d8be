"""Many runs at the same time in one process: each keeps its own tokens, metadata and outputs."""

import asyncio
import threading

import pytest
from langgraph.graph import START, StateGraph

from lg_notebook import GraphWidget, Run, astream, awatch, bridge, stream, watch
from tests.decoder import replay
from tests.graphs.model import Scripted, say
from tests.graphs.together import Crowd, config, kept_apart, said
from tests.graphs.zoo import MyState, ajoke, joke
from tests.kernels import kernel

NAMES = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen"]


def topic(name):
    return {"topic": name}


def test_in_threads():
    crowd, runs = Crowd(8), {}

    def ways(name, at):
        graph = crowd.graph(name, asynchronous=at % 2 == 1)
        settings = config(name)
        if at < 4:
            return watch(graph, topic(name), settings, view="quiet")
        if at < 6:
            return GraphWidget(graph).run(topic(name), settings)
        if at == 6:
            return Run.from_events(stream(graph, topic(name), settings))
        return asyncio.run(awatch(graph, topic(name), settings, view="quiet"))

    threads = [
        threading.Thread(target=lambda name=name, at=at: runs.update({name: ways(name, at)}))
        for at, name in enumerate(NAMES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)

    assert all(kept_apart(runs[name], name) for name in NAMES)


async def test_on_one_loop():
    crowd = Crowd(8)

    async def collected(graph, name):
        return Run.from_events([event async for event in astream(graph, topic(name), config(name))])

    def way(name, at):
        graph = crowd.graph(name, asynchronous=at != 0)
        if at < 3:
            return awatch(graph, topic(name), config(name), view="quiet")
        if at < 5:
            return GraphWidget(graph).arun(topic(name), config(name))
        if at < 7:
            return collected(graph, name)
        return watch(graph, topic(name), config(name), view="quiet", background=True)

    runs = await asyncio.gather(*(way(name, at) for at, name in enumerate(NAMES)))

    assert all(kept_apart(run, name) for run, name in zip(runs, NAMES, strict=True))


def silent(model):
    """An async graph that does not pass the config on, as Python 3.10 needs it."""

    async def speak(state: MyState):
        return {"joke": (await model.ainvoke("go")).content}

    return StateGraph(MyState).add_node(speak).add_edge(START, "speak").compile()


async def test_beside_langgraphs_own_streams():
    """Which nobody bridges: they give what they give on this Python, and no more."""
    crowd = Crowd(2)
    models = [Scripted(replies=[say(said(name))], pause=0.01) for name in NAMES[:3]]
    graphs = [joke(models[0]), ajoke(models[1]), silent(models[2])]

    def plain(graph):
        return [c for c, _ in graph.stream(topic("x"), stream_mode="messages")]

    async def aplain(graph):
        return [c async for c, _ in graph.astream(topic("x"), stream_mode="messages")]

    *runs, first, second, third = await asyncio.gather(
        *(awatch(crowd.graph(name, asynchronous=name == "gnu"), topic(name), config(name),
                 view="quiet") for name in ("fox", "gnu")),
        asyncio.to_thread(plain, graphs[0]), aplain(graphs[1]), aplain(graphs[2]),
    )  # fmt: skip

    assert all(kept_apart(run, name) for run, name in zip(runs, ("fox", "gnu"), strict=True))
    texts = ["".join(chunk.content for chunk in chunks) for chunks in (first, second, third)]
    assert texts == [said("ant"), said("bee"), "" if bridge.needed() else said("cat")]


def test_what_the_front_end_gets():
    crowd, sent = Crowd(4), {}

    def run(name, at):
        widget = GraphWidget(crowd.graph(name, asynchronous=at % 2 == 1))
        frames = sent[name] = []
        widget._is_shown_somewhere = lambda: True
        widget.send = lambda content, buffers: frames.append((content, buffers[0]))
        widget.run(topic(name), config(name))

    threads = [threading.Thread(target=run, args=(name, at)) for at, name in enumerate(NAMES[:4])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)

    for name in NAMES[:4]:
        run = Run.from_events(replay(*sent[name]))
        assert (run.text(), run.messages[0].metadata["who"]) == (said(name), name)


# ---- in a kernel ------------------------------------------------------------------------

SETUP = """
import asyncio
from lg_notebook import awatch, watch
from tests.graphs.together import Crowd, config, kept_apart
lock = asyncio.Lock()
crowd, runs = Crowd(8), {}
"""

CELL = """
graph = crowd.graph("{name}", asynchronous={asynchronous}, aloud=True)
runs["{name}"] = watch(graph, {{"topic": "{name}"}}, config("{name}"), background=True)
"""


@pytest.mark.kernel
@pytest.mark.parametrize("started", ["cells", "gather"])
def test_outputs_of_eight_runs_in_a_kernel(started):
    with kernel("%load_ext lg_notebook", SETUP) as ip:
        own = {
            name: ip.run(CELL.format(name=name, asynchronous=at % 2 == 1))
            for at, name in enumerate(NAMES[:6])
        }
        if started == "cells":
            own["gnu"] = ip.run(
                'gnu = crowd.graph("gnu", asynchronous=False, aloud=True)\n'
                '%lgstream gnu --background --config config("gnu") {"topic": "gnu"}\n'
                'runs["gnu"] = _run'
            )
            ip.run('hen = crowd.graph("hen", asynchronous=True, aloud=True)')
            own["hen"] = ip.run('%%lgstream hen --config config("hen")\n{"topic": "hen"}')
            ip.run('runs["hen"] = _run')
        else:
            both = ip.run(
                "gnu, hen = (crowd.graph(name, asynchronous=name == 'hen', aloud=True)"
                " for name in ('gnu', 'hen'))\n"
                "both = await asyncio.gather(*(awatch(graph, {'topic': name}, config(name))"
                " for name, graph in (('gnu', gnu), ('hen', hen))))\n"
                "runs.update(zip(('gnu', 'hen'), both))"
            )
        other = ip.run(
            "print('mine')\nfor each in runs.values(): await each\n"
            "[kept_apart(run, name) for name, run in sorted(runs.items())] == [True] * 8"
        )
        ip.run("await asyncio.sleep(0.2)")

    assert (other.error, other.out, other.result) == (None, "mine\n", "True"), other.traceback
    for name, outcome in own.items():
        assert outcome.error is None, outcome.traceback
        assert outcome.out == f"first {name}\nlast {name}\n"
        assert outcome.err == ""
        plain = [data["text/plain"] for data, _ in outcome.displays]
        assert [text for text in plain if text.startswith(("first", "last"))] == [
            f"first {name}",
            f"last {name}",
        ]
        assert f"[speak]\n{said(name)}" in plain
    if started == "gather":
        lines = [f"{word} {name}" for word in ("first", "last") for name in ("gnu", "hen")]
        assert sorted(both.out.splitlines()) == sorted(lines)
