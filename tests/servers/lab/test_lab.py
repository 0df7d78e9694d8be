"""Graphs of both of LangGraph's servers, seen in a real JupyterLab."""

from __future__ import annotations

import json

import pytest

from tests.servers.servers import free_port, until

pytestmark = [pytest.mark.remote, pytest.mark.timeout(600)]

HI = "{'messages': [('user', 'hi')]}"
KEY = "sk-0123456789abcdef0123456789abcdef"
MAKE_KEY = "key = 'sk-' + '0123456789abcdef' * 2"
UNDER_WAY = {"pending", "running"}


def numbers(last):
    return " ".join(map(str, range(last)))


def stream(given, options=""):
    return f"%%lgstream graph {options}\n{given}"


def count(name, last, options="", *, held=False):
    """The cell that has the server count; half-way, a held count waits for `let_go_on`."""
    said = f"{name} {last}{' held' if held else ''}"
    return stream(f"{{'messages': [('user', {said!r})]}}", options)


def spoken(view):
    """What the node that counts has said so far."""
    message = view.area.locator('article[data-role="ai"] .lgn-body')
    return (message.first.text_content() or "").strip() if message.count() else ""


def half(desk, view, last):
    """Wait until a held count is half-way and waits."""
    desk.notebook.until(
        lambda: spoken(view) and len(spoken(view).split()) >= last // 2,
        "the first half of the text was not shown",
    )


def test_the_text_grows_while_the_cell_runs(desk, server):
    name = f"grows-{server.name}"
    desk.graph("long", server.url)
    cell = desk.start(count(name, 40, held=True))
    view = desk.view(cell)
    half(desk, view, 40)
    assert numbers(40).startswith(spoken(view))
    assert spoken(view) != numbers(40)
    assert desk.notebook.is_running(cell)
    assert f"{name} ended" not in server.noted()
    server.let_go_on(name)
    desk.notebook.finish(cell)
    view.wait_for_status("done")
    assert spoken(view) == numbers(40)


def test_the_whole_run_is_shown(desk, server):
    desk.graph("agent", server.url)
    cell = desk.start(stream(HI, "--as run"))
    desk.notebook.finish(cell)
    view = desk.view(cell)
    view.wait_for_status("done")

    shown = view.messages.locator("> header .lgn-node").all_text_contents()
    assert [node for node in shown if node != "human"] == ["plan", "write", "answer"]
    # The call's card holds its answer, which is not a message beside it.
    card = view.area.get_by_role("group", name="Call of search")
    assert "ice cream" in card.text_content()
    assert "Much is known about ice cream." in card.text_content()
    assert view.area.get_by_text("Much is known about ice cream.").count() == 1
    events = view.area.locator(".lgn-event").all_text_contents()
    assert len(events) == 2
    assert "looking" in events[0]
    assert "progress" in events[1]
    # The subgraph's message is in its group.
    inside = view.area.locator(".lgn-subgraph article").all_text_contents()
    assert ["Why did the ice cream melt?" in each for each in inside] == [True]

    write = shown.index("write")
    view.select(write)
    told = view.sidebar()
    assert (told["node"], told["model"]) == ("write", "scripted-1")
    assert "joke" in view.area.locator("aside").text_content()
    view.area.locator("aside").get_by_text("Raw").first.wait_for()

    said = desk.run("import json; print(json.dumps([m['content'] for m in run.state['messages']]))")
    *_, result, joke, answer = json.loads(said)
    whole = view.area.text_content()
    for text in (result, joke, answer):
        assert whole.count(text) == 1, text
    desk.notebook.picture(f"remote-{server.name}", view.area)


def test_stop_ends_the_run_on_the_server(desk, server, thread):
    name = f"seen-stop-{server.name}"
    where = thread["configurable"]["thread_id"]
    desk.graph("long", server.url)
    cell = desk.start(count(name, 900, f"--thread {where}"))
    view = desk.view(cell)
    desk.notebook.until(lambda: spoken(view).startswith("0 1 2"), "the text did not grow")
    view.stop.click()
    desk.notebook.finish(cell)
    view.wait_for_status("stopped")
    assert numbers(900).startswith(spoken(view))
    assert spoken(view).startswith("0 1 2")
    assert "Error" not in desk.notebook.said(cell)
    until(lambda: not UNDER_WAY & {*server.runs(where)})
    assert f"{name} ended" not in server.noted()


def test_a_page_that_is_reloaded_has_everything_once(desk, server):
    name = f"reload-{server.name}"
    desk.graph("long", server.url)
    cell = desk.start(count(name, 40, held=True))
    view = desk.view(cell)
    half(desk, view, 40)
    desk.notebook.save()
    desk.notebook.reload()
    half(desk, view, 40)
    assert numbers(40).startswith(spoken(view))
    assert f"{name} ended" not in server.noted()
    server.let_go_on(name)
    view.wait_for_status("done")
    assert view.messages.locator(".lgn-body").all_text_contents() == [
        f"{name} 40 held",
        numbers(40),
        "enough",
    ]


def test_a_cut_connection_loses_and_repeats_nothing(desk, server, proxy):
    name = f"seen-cut-{server.name}"
    desk.graph("long", proxy.url)
    cell = desk.start(count(name, 40, "--as run", held=True))
    view = desk.view(cell)
    half(desk, view, 40)
    proxy.cut()
    server.let_go_on(name)
    desk.notebook.finish(cell)
    view.wait_for_status("done")
    assert proxy.cuts == 1
    assert spoken(view) == numbers(40)
    # Each of the words came as one token; the last is the model's empty one.
    tokens = int(desk.run("print(len(run.messages[1].tokens))"))
    assert tokens == (79 if server.name == "python" else 40)


def test_a_question_is_answered_in_the_view(desk, server, thread):
    desk.graph("approval", server.url)
    cell = desk.start(
        f"from lg_notebook import GraphWidget\ndisplay(GraphWidget(graph, config={thread!r}))"
    )
    desk.notebook.finish(cell)
    view = desk.view(cell)
    view.area.get_by_role("textbox").fill('{"messages": [{"role": "user", "content": "hi"}]}')
    view.area.get_by_role("button", name="Run", exact=True).click()
    view.wait_for_status("waiting for an answer")
    assert "May I?" in view.area.get_by_role("region", name="Interrupt").inner_text()
    desk.notebook.picture(f"remote-asks-{server.name}", view.area)

    answer = view.area.get_by_role("textbox", name="Answer", exact=True)
    answer.fill("yes")
    answer.press("Enter")
    view.wait_for_status("done")
    view.wait_for_text("You said yes.")


def test_errors_are_one_sentence(desk, server):
    desk.graph("failing", server.url)
    cell = desk.start(stream(HI))
    desk.notebook.finish(cell)
    view = desk.view(cell)
    view.wait_for_status("error")
    assert spoken(view) == "All is well"
    said = view.area.locator(".lgn-failed .lgn-plain").first.inner_text()
    assert said.startswith("The graph failed on the server: ")
    assert "the cone is empty" in said
    assert "\n" not in said.strip()
    below = desk.notebook.output(cell).locator('[data-mime-type="application/vnd.jupyter.stderr"]')
    below = [each for each in below.all_inner_texts() if each.strip()]
    assert [each.strip() for each in below] == [f"ServerError: {said.strip()}"]
    desk.notebook.picture(f"remote-error-{server.name}", desk.notebook.output(cell))


def test_a_key_is_nowhere_in_the_page_or_the_file(desk, server):
    desk.run(MAKE_KEY)
    address = server.url.replace("//", "//user:{key}@")
    made = "graph = RemoteGraph('agent', url=f'{}', api_key=key, headers={{'x-token': key}})"
    assert not desk.run(made.format(address))
    cell = desk.start(stream(HI))
    desk.notebook.finish(cell)
    view = desk.view(cell)
    view.wait_for_status("done")
    view.select(1)
    view.sidebar()
    away = f"http://user:{{key}}@127.0.0.1:{free_port()}"
    assert not desk.run(made.format(away))
    assert "cannot be reached: check that it is running" in desk.run(stream(HI))
    saved = json.dumps(desk.notebook.save())
    page = desk.page.content() + desk.page.locator("body").inner_text()
    for place in (saved, page):
        assert "cannot be reached" in place
        assert KEY not in place
        assert KEY[:20] not in place


def test_the_streaming_guides_javascript_example(desk, server):
    if server.name != "javascript":
        pytest.skip("the graph is the JavaScript server's")
    desk.graph("joke", server.url)
    cell = desk.start(stream("{'topic': 'ice cream'}", "--as run"))
    desk.notebook.finish(cell)
    view = desk.view(cell)
    view.wait_for_status("done")
    view.wait_for_text("Why did the ice cream melt? It was too cool.")
    assert desk.run("print(len(run.messages[0].tokens) > 5, run.state['joke'] == run.text())") == (
        "True True"
    )
    view.select(0)
    told = view.sidebar()
    assert (told["node"], told["model"]) == ("callModel", "scripted-1")
    desk.notebook.theme("JupyterLab Dark")
    desk.notebook.picture("remote-guide-dark", view.area)
    desk.notebook.theme("JupyterLab Light")
