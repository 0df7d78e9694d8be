"""Graphs as people build them, from the packages that LangChain's documentation uses.

The packages are imported when a graph is built: not every environment has them all.
"""

from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import Command

from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, USAGE, weather


def calls(*wanted: tuple[str, str, str]) -> list[AIMessageChunk]:
    """A reply that calls tools: for each its name, the call's id and the arguments."""
    return [
        AIMessageChunk(
            content="",
            tool_call_chunks=[
                {"name": name, "id": call, "args": args, "index": at, "type": "tool_call_chunk"}
            ],
        )
        for at, (name, call, args) in enumerate(wanted)
    ]


def tooled_agent() -> Any:
    """An agent that calls three tools in parallel; one of them fails, and one reports progress."""
    from langchain.agents import create_agent
    from langchain.agents.middleware import wrap_tool_call
    from langchain.tools import ToolRuntime
    from langchain_core.messages import ToolMessage

    @tool
    def count(upto: int, runtime: ToolRuntime) -> str:
        """Counts."""
        for number in range(upto):
            runtime.emit_output_delta(number)
        runtime.stream_writer({"counted": upto})
        return f"{upto} counted"

    @tool
    def broken(reason: str) -> str:
        """Never works."""
        raise ValueError(f"it broke: {reason}")

    @wrap_tool_call
    def forgive(request: Any, handler: Any) -> Any:
        try:
            return handler(request)
        except ValueError as error:
            call = request.tool_call["id"]
            return ToolMessage(f"Error: {error}", tool_call_id=call, status="error")

    wanted = calls(
        ("weather", "call_1", '{"city": "Oslo"}'),
        ("count", "call_2", '{"upto": 2}'),
        ("broken", "call_3", '{"reason": "rust"}'),
    )
    replies = [wanted, say("It is sunny in Oslo.", usage_metadata=USAGE)]
    tools = [weather, count, broken]
    return create_agent(Scripted(replies=replies), tools, middleware=[forgive], name="forecaster")


def sub_agent() -> Any:
    """An agent whose tool runs another agent, twice at the same time."""
    from langchain.agents import create_agent

    inner = create_agent(Scripted(replies=[say("Cats purr.")]), [], name="researcher")

    @tool
    def research(question: str) -> str:
        """Asks the researcher."""
        told = inner.invoke({"messages": [{"role": "user", "content": question}]})
        return str(told["messages"][-1].content)

    wanted = calls(
        ("research", "call_1", '{"question": "What do cats do?"}'),
        ("research", "call_2", '{"question": "And lions?"}'),
    )
    return create_agent(Scripted(replies=[wanted, say("They purr.")]), [research], name="boss")


def supervisor() -> Any:
    """A supervisor with two experts, whose messages it hands on (langgraph-supervisor)."""
    from langchain.agents import create_agent
    from langgraph_supervisor import create_supervisor

    adder = create_agent(Scripted(replies=[say("2 plus 2 is 4.")]), [], name="adder")
    poet = create_agent(Scripted(replies=[say("Four is a fine number.")]), [], name="poet")
    model = Scripted(
        replies=[
            calls(("transfer_to_adder", "call_1", "{}")),
            calls(("transfer_to_poet", "call_2", "{}")),
            say("The experts say: four, and fine."),
        ]
    )
    return create_supervisor([adder, poet], model=model).compile()


def swarm() -> Any:
    """Two agents that hand over to each other (langgraph-swarm)."""
    from langchain.agents import create_agent
    from langgraph_swarm import create_handoff_tool, create_swarm

    over = calls(("transfer_to_bob", "call_1", "{}"))
    to_bob = create_handoff_tool(agent_name="bob")
    alice = create_agent(Scripted(replies=[over]), [to_bob], name="alice")
    bob = create_agent(Scripted(replies=[say("Arr, Bob speaking.")]), [], name="bob")
    return create_swarm([alice, bob], default_active_agent="alice").compile(
        checkpointer=InMemorySaver()
    )


def deep_agent() -> Any:
    """An agent that sends out a sub-agent and writes a file (deepagents)."""
    from deepagents import create_deep_agent

    ask = '{"description": "Find out about cats", "subagent_type": "researcher"}'
    model = Scripted(
        replies=[
            calls(("task", "call_1", ask)),
            calls(("write_file", "call_2", '{"file_path": "/a.md", "content": "Cats purr."}')),
            say("It is written."),
        ]
    )
    helper = {
        "name": "researcher",
        "description": "Finds things out.",
        "system_prompt": "Find out.",
        "model": Scripted(replies=[say("Cats purr.")]),
        "tools": [],
    }
    return create_deep_agent(model=model, subagents=[helper])


def approval() -> Any:
    """An agent whose tool waits for a human's word (LangChain's middleware)."""
    from langchain.agents import create_agent
    from langchain.agents.middleware import HumanInTheLoopMiddleware

    wanted = calls(("weather", "call_1", '{"city": "Oslo"}'))
    replies = [[AIMessageChunk(content="Let me look."), *wanted], say("It is sunny.")]
    return create_agent(
        Scripted(replies=replies),
        [weather],
        middleware=[HumanInTheLoopMiddleware(interrupt_on={"weather": True})],
        checkpointer=InMemorySaver(),
    )


def approved() -> Any:
    """The same graph, waiting for the answer."""
    graph = approval()
    graph.invoke(HELLO, {"configurable": {"thread_id": "1"}})
    return graph


def tasked_agent() -> Any:
    """An agent in the functional API: model and tools are tasks."""
    model = Scripted(
        replies=[
            calls(
                ("weather", "call_1", '{"city": "Oslo"}'), ("weather", "call_2", '{"city": "Rome"}')
            ),
            say("Sunny in both."),
        ]
    )

    @task
    def think(messages: list[Any]) -> Any:
        return model.invoke(messages)

    @task
    def act(call: dict[str, Any]) -> Any:
        return weather.invoke(call)

    @entrypoint()
    def agent(messages: list[Any]) -> list[Any]:
        reply = think(messages).result()
        while reply.tool_calls:
            answers = [each.result() for each in [act(call) for call in reply.tool_calls]]
            messages = [*messages, reply, *answers]
            reply = think(messages).result()
        return [*messages, reply]

    return agent


ASKED = [{"role": "user", "content": "hello"}]

REAL: dict[str, tuple[Any, Any]] = {
    "tooled_agent": (tooled_agent, HELLO),
    "sub_agent": (sub_agent, HELLO),
    "supervisor": (supervisor, HELLO),
    "swarm": (swarm, HELLO),
    "deep_agent": (deep_agent, HELLO),
    "approval": (approval, HELLO),
    "approved": (approved, Command(resume={"decisions": [{"type": "approve"}]})),
    "tasked_agent": (tasked_agent, ASKED),
}
"""Name → (how to build it, an input)."""
