"""The reading order: messages of parallel tasks by task, all others by arrival."""

import random

import pytest

from lg_notebook import Run
from lg_notebook.model.reading_order import reading_order
from tests.golden import NAMES, golden


def nodes(messages):
    return [message.node for message in messages]


@pytest.mark.parametrize("name", NAMES)
def test_every_message_once(name):
    run = Run.from_events(golden(name)["events"])

    assert sorted(m.key for m in reading_order(run)) == [m.key for m in run.messages]


@pytest.mark.parametrize("name", ["chat", "agent", "nested", "asking", "joke"])
def test_one_after_the_other_stays_as_it_came(name):
    run = Run.from_events(golden(name)["events"])

    assert reading_order(run) == run.messages


def test_parallel_tasks_in_the_order_of_their_start_however_they_speak():
    fixture = golden("parallel")["events"]
    by_task = {task: [e for e in fixture if e["task"] == task and e["type"] in
                      {"message-start", "delta", "message-finish"}]
               for task in {e["task"] for e in fixture if e["type"] == "task-start"}}  # fmt: skip
    starts = [event for event in fixture if event["type"] == "task-start"]
    orders = set()
    for seed in range(4):
        chance = random.Random(seed)
        waiting = {task: list(events) for task, events in by_task.items()}
        log = [fixture[0], *starts]
        while any(waiting.values()):
            task = chance.choice([task for task, events in waiting.items() if events])
            log.append(waiting[task].pop(0))
        run = Run.from_events([{**event, "seq": seq} for seq, event in enumerate(log)])
        orders.add(tuple(nodes(reading_order(run))))

    assert orders == {tuple(start["node"] for start in starts)}
