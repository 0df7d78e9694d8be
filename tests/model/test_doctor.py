"""The doctor's hints, and the displays that show them."""

import pytest
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook import Run, stream, watch
from lg_notebook.model import doctor
from lg_notebook.model.doctor.rule import Rule
from lg_notebook.model.filters import Filters
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import to_text
from tests.golden import golden
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, TOPIC, ZOO, joke, parallel

HIDDEN = (
    "The model call of {} is tagged `nostream`, which hides its tokens: take the tag off to see"
    " them."
)


FILTERED = "The filters hide this run's messages: take them away to see more."


def spoken(node, **options):
    builder = StateGraph(MessagesState).add_node("speak", node, **options)
    return builder.add_edge(START, "speak")


def diagnosis(graph, value=HELLO, config=None):
    return Run.from_events(stream(graph, value, config)).diagnosis


def counted(provider, **usage):
    model = Scripted(replies=[say("one two", **usage)])
    graph = joke(model.with_config(metadata={"ls_provider": provider}))
    events = list(stream(graph, TOPIC))
    for event in events:  # models say who provides them; this one is nobody's
        if event["type"] == "message-start":
            event["metadata"]["ls_provider"] = provider
    return Run.from_events(events)


def test_a_run_that_failed_says_what_failed():
    model = Scripted(replies=[say("x")]).with_config(tags=["nostream"])

    def speak(_):
        model.invoke("x")
        raise ValueError("broken")

    events = []
    with pytest.raises(ValueError, match="broken"):
        events.extend(stream(spoken(speak).compile(), HELLO))
    assert events[-1]["status"] == "error"
    assert Run.from_events(events).diagnosis is None


def test_nothing_is_said_before_the_end():
    events = list(stream(ZOO["silent"][0](), HELLO))

    assert Run.from_events(events[:-1]).diagnosis is None


def test_a_provider_that_sends_no_usage():
    run = counted("openai")

    assert run.diagnosis == (
        "The provider sent no usage for node 'call_model': build the model with an option such"
        " as stream_usage=True."
    )
    assert run.causes == []
    assert "usage" not in to_text(run)


def test_usage_is_not_asked_of_those_who_never_count():
    counts = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}

    assert counted("scripted").diagnosis is None
    assert counted("openai", usage_metadata=counts).diagnosis is None


def test_filters_that_hide_everything():
    value = {"topic": "cats", "texts": []}
    kept = watch(parallel(), value, view="quiet", tag="poem")
    gone = watch(parallel(), value, view="quiet", tag="prose")

    assert kept.diagnosis is None
    assert gone.diagnosis == FILTERED
    assert gone.causes == []
    assert Run.from_events(gone.events).diagnosis is None


def test_the_static_faces_say_it():
    run = Run.from_events(golden("silent")["events"])
    one, other = run.diagnosis.splitlines()

    assert to_text(run).endswith(f"[note] {one}\n\n[note] {other}")
    assert "came whole" in to_html(run)
    hidden = to_text(run, Filters.of(node="nobody"))
    assert hidden.startswith(f"[note] {FILTERED}\n\n[note] {one}")


def test_the_static_faces_are_the_same_from_run_to_run():
    first, second = (Run.from_events(stream(ZOO["silent"][0](), HELLO)) for _ in range(2))

    assert to_html(first) == to_html(second)
    assert to_text(first) == to_text(second)


def test_a_terminal_says_it(capsys):
    watch(ZOO["silent"][0](), HELLO, view="text")
    hidden = HIDDEN.format("node 'speak'")

    assert f"\n[note] {hidden}\n" in capsys.readouterr().out


def test_a_rule_is_one_entry_in_the_registry(monkeypatch, capsys):
    hint = "The answer has one message only: let the graph loop."
    alone = Rule("one message", lambda run, _: [hint] if len(run.messages) == 1 else [])
    events = list(stream(joke(), TOPIC))
    monkeypatch.setattr(doctor, "RULES", (*doctor.RULES, alone))

    assert Run.from_events(events).diagnosis == hint
    assert to_text(Run.from_events(events)).endswith(f"[note] {hint}")
    assert hint in to_html(Run.from_events(events))
    watch(joke(), TOPIC, view="text")
    assert f"[note] {hint}\n" in capsys.readouterr().out


def test_a_rule_can_be_for_the_diagnosis_alone(monkeypatch):
    quiet = Rule("always", lambda *_: ["Look here."], displayed=False)
    monkeypatch.setattr(doctor, "RULES", (quiet,))
    run = Run.from_events(stream(joke(), TOPIC))

    assert run.diagnosis == "Look here."
    assert "Look here." not in to_text(run)


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in doctor.RULES}) == len(doctor.RULES)


def test_what_could_not_be_read_is_said_by_every_face():
    place = {"ns": [], "task": None, "node": None, "step": None}
    event = {"type": "unreadable", "t": 0, **place, "reason": "TypeError"}
    end = {"type": "run-end", "t": 1, **place, "duration": 1, "state": None, "error": None}
    run = Run.from_events(
        [
            {**event, "seq": 0, "what": "The state"},
            {**event, "seq": 1, "what": "The update of node search"},
            {**event, "seq": 2, "what": "The state"},
            {**end, "seq": 3, "status": "done"},
        ]
    )

    assert run.unreadable == [
        "The state could not be read: TypeError. (2 times)",
        "The update of node search could not be read: TypeError.",
    ]
    bundle = run._repr_mimebundle_()[0]
    for face in (bundle["text/html"], bundle["text/plain"], run.to_markdown()):
        assert "The update of node search could not be read: TypeError." in face
