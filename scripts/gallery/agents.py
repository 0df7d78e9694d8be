"""Runs of agents: with tools, with other agents, with questions to a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt

from lg_notebook import Run, read_notebook
from lg_notebook.demo.scripted_model import ScriptedModel
from scripts.gallery.branches import voice
from scripts.gallery.clock import retime
from scripts.gallery.exhibit import Exhibit, ran

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).resolve().parents[2]
_FLIGHTS = [
    {"flight": "TP 553", "from": "MUC", "to": "LIS", "departs": "06:55", "price": 129, "stops": 0},
    {"flight": "LH 1792", "from": "MUC", "to": "LIS", "departs": "11:20", "price": 184, "stops": 0},
    {"flight": "IB 3191", "from": "MUC", "to": "LIS", "departs": "15:05", "price": 98, "stops": 1},
]


@tool
async def search_flights(origin: str, to: str) -> str:  # noqa: ARG001 - the answer is fixed
    """Search flights."""
    return json.dumps(_FLIGHTS)


@tool
async def weather(city: str) -> str:
    """Ask for the weather."""
    return json.dumps({"city": city, "sky": "clear", "celsius": 17.2})


@tool
async def book(flight: str, seats: int) -> str:
    """Book a flight."""
    answer = interrupt({"question": f"Book {seats} seats on {flight}?", "price": 258})
    return f"Booked: {answer}"


@tool
async def read_timetable(year: int) -> str:
    """Read a timetable."""
    raise LookupError(f"there is no timetable for {year}")


def calls(*wanted: tuple[str, dict[str, Any]], text: str = "") -> AIMessage:
    """Make a reply that calls tools.

    Args:
        *wanted: Each tool's name and arguments.
        text: What the model says before.

    Returns:
        The reply.
    """
    made = [
        {"name": name, "args": args, "id": f"call_{at}_{name}"}
        for at, (name, args) in enumerate(wanted)
    ]
    return AIMessage(text, tool_calls=made)


def _agent(*replies: AIMessage, tools: Any, name: str = "agent", **more: Any) -> Any:
    model = ScriptedModel(replies=list(replies), pause=0, model="scripted-large")
    return create_agent(model, tools, name=name, **more)


def _tools() -> Run:
    graph = _agent(
        calls(("search_flights", {"origin": "MUC", "to": "LIS"}), text="I will look for flights."),
        calls(("weather", {"city": "Lisbon"}), ("weather", {"city": "Sintra"})),
        AIMessage("Take **TP 553** at 06:55 for 129 €: it is direct, and Lisbon has 17 °C."),
        tools=[search_flights, weather],
    )
    return ran(graph, {"messages": "Find me a flight from Munich to Lisbon."})


def _approval() -> Run:
    graph = _agent(
        calls(("book", {"flight": "TP 553", "seats": 2}), text="I have found one."),
        AIMessage("Done."),
        tools=[book],
        name="secretary",
        checkpointer=InMemorySaver(),
    )
    return ran(graph, {"messages": "Book two seats to Lisbon."})


def _question() -> Run:
    async def approve(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001 - LangGraph wants it
        answer = interrupt("Shall I send the letter?")
        return {"messages": [("user", str(answer))]}

    builder = StateGraph(MessagesState).add_node("draft", voice("Dear neighbour, the ferry runs."))
    builder.add_node("approve", approve)
    builder.add_edge(START, "draft").add_edge("draft", "approve")
    graph = builder.compile(name="letter", checkpointer=InMemorySaver())
    return ran(graph, {"messages": "Write to my neighbour."})


def _tool_error() -> Run:
    graph = _agent(
        calls(("read_timetable", {"year": 1755}), ("weather", {"city": "Lisbon"})),
        AIMessage("never said"),
        tools=[read_timetable, weather],
    )
    return ran(graph, {"messages": "When did ferries run in 1755?"})


def _long_tool() -> Run:
    @tool
    async def fetch(url: str) -> str:  # noqa: ARG001 - the answer is fixed
        """Fetch a page."""
        return "\n".join(f"{at:4d}  a line of a long page, which nobody reads" for at in range(400))

    text = "A long argument. " * 60
    graph = _agent(
        calls(("fetch", {"url": "https://example.org/" + "a" * 200, "body": {"text": text, "tags": ["a", "b"]}})),
        AIMessage("It is a long page."),
        tools=[fetch],
    )  # fmt: skip
    return ran(graph, {"messages": "Fetch it."})


def _golden(name: str) -> Callable[[], Run]:
    path = _ROOT / "tests" / "fixtures" / f"{name}.json"
    return lambda: retime(Run.from_events(json.loads(path.read_text(encoding="utf-8"))["events"]))


def _stored(notebook: str, at: int) -> Callable[[], Run]:
    return lambda: read_notebook(_ROOT / "notebooks" / f"{notebook}.ipynb")[at]


AGENTS = (
    Exhibit("agent-with-tools", "Each call in one line; flights as a table.", _tools),
    Exhibit("tool-error", "A tool that fails is open, and says why.", _tool_error),
    Exhibit("long-tool", "Long arguments and results are folded.", _long_tool),
    Exhibit("approval", "A tool waits for a person.", _approval),
    Exhibit("question", "A node waits for a person.", _question),
    Exhibit(
        "tools-at-once",
        "Three tools in parallel: done, with progress, failed.",
        _golden("tooled_agent"),
    ),
    Exhibit("sub-agents", "Agents within their tool's card.", _golden("sub_agent")),
    Exhibit("supervisor", "Who has the word, and who gave it.", _golden("supervisor")),
    Exhibit("swarm", "Agents hand over to each other.", _golden("swarm")),
    Exhibit("deep-agent", "A plan, files and sub-agents.", _golden("deep_agent")),
    Exhibit("remote", "A run on a LangGraph server.", _stored("08-remote-graphs", 2)),
    Exhibit("real-model", "A run of a real, small model.", _stored("01-quickstart", 0)),
)
"""The runs of agents."""
