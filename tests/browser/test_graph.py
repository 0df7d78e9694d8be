"""The graph of a run: lit while it runs, a way to its messages, there in a saved notebook."""

from tests.browser.cells import TEXT, slow_model
from tests.browser.view import RunView

TEAM = """
from langgraph.graph import START, MessagesState, StateGraph

def reply(state: MessagesState):
    return {"messages": [llm.invoke(state["messages"])]}

def plan(state: MessagesState):
    return {"messages": [("ai", "A plan.")]}

inner = StateGraph(MessagesState).add_node("write", reply).add_edge(START, "write").compile()
graph = (
    StateGraph(MessagesState).add_node(plan).add_node("team", inner)
    .add_edge(START, "plan").add_edge("plan", "team").compile(name="press")
)
""".strip()

SHOW = "from lg_notebook import GraphWidget\nwidget = GraphWidget(graph)\ndisplay(widget)"


def _node(view, path):
    return view.area.locator(f'[data-node="{path}"]')


def test_the_graph_is_lit_filters_and_is_saved(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.05), TEAM, SHOW])
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    # Before anything has run.
    notebook.until(_node(view, "team|write").is_visible, "the graph was not drawn")
    notebook.picture("graph-idle", view.area)

    view.area.get_by_role("textbox").fill("Hello")
    view.area.get_by_role("button", name="Run", exact=True).click()
    lit = view.area.locator('[data-node="team|write"][data-status="running"]')
    notebook.until(lambda: lit.count() == 1, "the node that runs was not lit")
    notebook.picture("graph-running", view.area)
    view.wait_for_text(TEXT)
    view.wait_for_status("done")
    done = view.area.locator('[data-node][data-status="done"]')
    notebook.until(lambda: done.count() == 3, "what has run was not marked")

    assert view.messages.count() > 1
    _node(view, "team").click(position={"x": 20, "y": 12})
    notebook.until(lambda: view.messages.count() == 1, "the node's messages were not alone")
    assert view.text() == TEXT
    assert _node(view, "team").get_attribute("aria-pressed") == "true"
    _node(view, "team").click(position={"x": 20, "y": 12})
    notebook.until(lambda: view.messages.count() > 1, "the other messages did not come back")

    notebook.save()
    notebook.end_kernel()
    notebook.open()
    view.wait_for_text(TEXT)
    view.area.get_by_role("button", name="Graph", exact=True).click()
    notebook.until(_node(view, "team|write").is_visible, "the saved run has no graph")
    assert done.count() == 3
    assert notebook.page.errors == []
