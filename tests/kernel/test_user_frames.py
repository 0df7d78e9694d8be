"""Tracebacks without the machinery between the user's frames."""

import contextlib
import traceback

from lg_notebook.kernel.user_frames import without_machinery
from tests.promises.graphs import chain


def names(trace):
    return [frame.f_code.co_name for frame, _ in traceback.walk_tb(trace)]


def node(_):
    inner()


def inner():
    raise ValueError("the node broke")


def caught(act):
    try:
        act()
    except (ValueError, TypeError, AttributeError) as error:
        return error.__traceback__


def test_frames_of_langgraph_are_left_out():
    graph = chain(node)
    whole = caught(lambda: graph.invoke({"messages": []}))

    assert names(without_machinery(whole)) == ["caught", "<lambda>", "node", "inner"]
    assert len(names(whole)) > 4


def test_what_the_user_called_last_stays():
    trace = caught(lambda: contextlib.nullcontext().missing)
    assert names(without_machinery(trace)) == names(trace)

    with contextlib.ExitStack() as stack:
        trace = caught(lambda: stack.enter_context(3))
    assert names(without_machinery(trace))[-1] == "enter_context"


def test_a_traceback_without_the_user_stays():
    with contextlib.ExitStack() as stack:
        trace = caught(lambda: stack.enter_context(3)).tb_next.tb_next

    assert names(trace) == ["enter_context"]
    assert without_machinery(trace) is trace
    assert without_machinery(None) is None
