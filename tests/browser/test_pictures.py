"""Pictures of the view, light and dark, wide and narrow: to be looked at."""

import os
import shutil
from pathlib import Path

import pytest

from tests.browser.cells import slow_model
from tests.browser.view import RunView

DOCUMENTED = Path(__file__).parent.parent.parent / "notebooks" / "images" / "view.png"
LARGEST = 200_000

JOKE = """Why did the **ice cream** truck break down?

> Because of the *rocky road*.

It works because *rocky road* is two things:

1. a flavour, with nuts and marshmallows;
2. a road that is hard on a truck.
"""

POEM = """### The last scoop

It leaned, it dripped, it *almost* fell,
and nobody would dare to tell.

```python
while cone.holds():
    eat(scoop, hurry=True)
```
"""

GRAPH = """
from dataclasses import dataclass
from langgraph.graph import START, StateGraph

@dataclass
class MyState:
    topic: str
    joke: str = ""
    poem: str = ""

def write_joke(state: MyState):
    return {"joke": llm.invoke(f"A joke about {state.topic}").content}

def write_poem(state: MyState):
    return {"poem": llm.with_config(tags=["poem"]).invoke(f"A poem about {state.topic}").content}

graph = (
    StateGraph(MyState)
    .add_node(write_joke)
    .add_node(write_poem)
    .add_edge(START, "write_joke")
    .add_edge("write_joke", "write_poem")
    .compile()
)
%load_ext lg_notebook
""".strip()

STREAM = '%%lgstream graph\n{"topic": "ice cream"}'


@pytest.fixture
def shown(open_notebook, lab):
    def show(*cells, **options):
        notebook = open_notebook(lab, [slow_model(0.004, JOKE, POEM), GRAPH, *cells], **options)
        for index in range(2 + len(cells)):
            notebook.run(index)
        view = RunView(notebook, 2)
        view.wait_for_status("done")
        return notebook, view

    return show


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_wide(shown, theme):
    notebook, view = shown(STREAM)
    notebook.theme(f"JupyterLab {theme}")
    view.select(0)
    view.area.scroll_into_view_if_needed()
    notebook.settle()

    picture = notebook.picture(f"view-{theme.lower()}", view.area.locator(".lgn"))
    notebook.picture(f"lab-{theme.lower()}")
    if theme == "Light":
        assert picture.stat().st_size < LARGEST
        if os.environ.get("LG_NOTEBOOK_PICTURES"):
            DOCUMENTED.parent.mkdir(exist_ok=True)
            shutil.copyfile(picture, DOCUMENTED)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_narrow(shown, theme):
    notebook, view = shown(STREAM)
    notebook.theme(f"JupyterLab {theme}")
    notebook.page.set_viewport_size({"width": 520, "height": 1000})
    notebook.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    notebook.settle()
    view.area.scroll_into_view_if_needed()

    notebook.picture(f"narrow-{theme.lower()}")
    width = view.area.bounding_box()["width"]
    overflow = view.area.evaluate("area => area.scrollWidth - area.clientWidth")
    assert overflow <= 1, f"{overflow} px of the view do not fit into {width} px"


def test_the_widget(shown):
    show = "from lg_notebook import GraphWidget\nwidget = GraphWidget(graph)\ndisplay(widget)"
    notebook, view = shown(show, 'widget.run({"topic": "tea"}).status')

    # It is taller than a window, and a picture of it shows what lies over it.
    notebook.page.set_viewport_size({"width": 1280, "height": 1300})
    for theme in ("Light", "Dark"):
        notebook.theme(f"JupyterLab {theme}")
        notebook.settle()
        notebook.picture(f"widget-{theme.lower()}", view.area.locator(".lgn"))
