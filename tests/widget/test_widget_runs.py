"""The runs of a widget: one that cannot be started leaves the widget usable."""

import pytest

from lg_notebook import GraphWidget, stream, watch
from lg_notebook.exceptions import ArgumentTypeError, OptionError
from lg_notebook.runtime.publisher import Publisher
from tests.graphs.zoo import TOPIC, joke


@pytest.mark.parametrize("config", ["thread-1", 5, {"configurable": "1"}])
def test_a_config_that_is_not_a_dict_is_refused_everywhere_in_one_sentence(config):
    widget = GraphWidget(joke())
    calls = [
        lambda: widget.run(TOPIC, config),
        lambda: GraphWidget(joke(), config=config),
        lambda: watch(joke(), TOPIC, config, view="quiet"),
        lambda: list(stream(joke(), TOPIC, config)),
    ]
    for call in calls:
        with pytest.raises(ArgumentTypeError, match="is a dict"):
            call()

    assert widget.run(TOPIC).status == "done"


@pytest.mark.parametrize("name", ["node", "tag", "agent", "kind"])
@pytest.mark.parametrize("value", [5, [5], b"x", True])
def test_a_filter_that_is_not_a_text_is_refused_in_one_sentence(name, value):
    for call in (watch, stream):
        with pytest.raises(OptionError, match=f"{name} takes a text or a list of texts"):
            call(joke(), TOPIC, **{name: value})


def test_an_observer_that_raises_leaves_the_widget_usable():
    widget = GraphWidget(joke())

    def refuse(_):
        raise RuntimeError("not now")

    widget.observe(refuse, "status")
    with pytest.raises(RuntimeError, match="not now"):
        widget.run(TOPIC)
    widget.unobserve_all()

    assert [run.status for run in widget.runs] == ["stopped"]
    assert widget.run(TOPIC).status == "done"


def test_an_interrupt_at_the_start_leaves_the_widget_usable(monkeypatch):
    widget = GraphWidget(joke())

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Publisher, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        widget.run(TOPIC)
    monkeypatch.undo()

    assert [run.status for run in widget.runs] == ["stopped"]
    assert widget.run(TOPIC).status == "done"
