"""Cells that the stories run: a model that takes its time, and graphs around it."""

from pathlib import Path

import nbformat

QUICKSTART = Path(__file__).parent.parent.parent / "notebooks" / "01-quickstart.ipynb"

RELEASED = "released"
"""The file, beside the notebook, that lets waiting cells and models continue."""
BUSY = f"""
import pathlib, time
while not pathlib.Path({RELEASED!r}).exists():
    time.sleep(0.05)
print("mine")
""".strip()
"""A cell that computes until it is released."""

WORDS = 80
TEXT = " ".join(f"word{number}" for number in range(WORDS))
"""What the slow model says by default: every loss or repetition shows."""


def slow_model(seconds: float, *texts: str, hold: int | None = None) -> str:
    """A cell that defines `llm`, a model that waits before every token.

    Args:
        seconds: How long it waits.
        texts: What it says, in turn; words and the spaces between them are its tokens.
        hold: The token before which it waits until `BrowserNotebook.release`, however long
            that takes; None waits for nothing.
    """
    return f"""
import itertools, pathlib, time
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

class SlowModel(GenericFakeChatModel):
    model: str = "slow-talker"

    def _stream(self, *args, **kwargs):
        for at, chunk in enumerate(super()._stream(*args, **kwargs)):
            time.sleep({seconds})
            while at == {hold} and not pathlib.Path({RELEASED!r}).exists():
                time.sleep(0.05)
            yield chunk

llm = SlowModel(messages=(AIMessage(text) for text in itertools.cycle({texts or (TEXT,)!r})))
""".strip()


GRAPH = """
from dataclasses import dataclass
from langgraph.graph import START, StateGraph

@dataclass
class MyState:
    topic: str
    joke: str = ""

def call_model(state: MyState):
    return {"joke": llm.invoke([{"role": "user", "content": f"A joke about {state.topic}"}]).content}

graph = StateGraph(MyState).add_node(call_model).add_edge(START, "call_model").compile()
%load_ext lg_notebook
""".strip()

CHAT = """
from langgraph.graph import START, MessagesState, StateGraph

def talk(state: MessagesState):
    return {"messages": [llm.invoke(state["messages"])]}

chat = StateGraph(MessagesState).add_node(talk).add_edge(START, "talk").compile()
""".strip()

STREAM = '%%lgstream graph\n{"topic": "ice cream"}'


def quickstart(model: str) -> list:
    """The quickstart's cells, with another model.

    Args:
        model: The cell that defines `llm`.
    """
    notebook = nbformat.read(QUICKSTART, as_version=4)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
            if "demo.chat_model()" in cell.source:
                cell.source = model
        cells.append(cell)
    return cells
