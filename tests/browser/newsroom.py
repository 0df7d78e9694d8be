"""Cells with a model that repeats its texts, and a graph in which much happens at the same time."""

MODEL = '''
import base64, time
from typing import Any
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

class Scripted(BaseChatModel):
    """Says its replies in turn, slowly; a reply is a list of contents, tool calls and
    functions to call in between."""

    replies: list
    pause: float = 0.02
    calls: int = 0
    model: str = "slow-talker"

    @property
    def _llm_type(self):
        return "scripted"

    def _stream(self, messages, stop=None, run_manager=None, **more):
        reply = self.replies[self.calls % len(self.replies)]
        self.calls += 1
        for piece in reply:
            time.sleep(self.pause)
            if callable(piece):
                piece()
                continue
            if isinstance(piece, dict):
                chunk = AIMessageChunk(content="", tool_call_chunks=[piece])
            else:
                chunk = AIMessageChunk(content=piece)
            if run_manager:
                run_manager.on_llm_new_token("", chunk=ChatGenerationChunk(message=chunk))
            yield ChatGenerationChunk(message=chunk)

    def _generate(self, messages, stop=None, run_manager=None, **more):
        whole = None
        for piece in self._stream(messages, stop, run_manager):
            whole = piece.message if whole is None else whole + piece.message
        message = AIMessage(content=whole.content, tool_calls=whole.tool_calls)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def bind_tools(self, tools, **more):
        return self

def words(text):
    return [word + " " for word in text.split()]

def call(name, args, id, index=0):
    halves = args[: len(args) // 2], args[len(args) // 2 :]
    first = {"type": "tool_call_chunk", "name": name, "args": halves[0], "id": id, "index": index}
    return [first, {**first, "name": None, "id": None, "args": halves[1]}]

%load_ext lg_notebook
'''.strip()
"""Defines `Scripted`, `words` and `call`: what a model says, in which pieces."""

AGENT = """
from langchain.agents import create_agent
from langchain_core.tools import tool
from langgraph.config import get_stream_writer

PAUSE = 0.004

scout = create_agent(
    Scripted(replies=[words("Rain over Lisbon, says the scout.")], pause=PAUSE), tools=[], name="scout"
)

@tool
def ask_scout(city: str) -> str:
    "Ask the scout."
    get_stream_writer()({"city": city})
    return scout.invoke({"messages": [("user", city)]})["messages"][-1].content.strip()

@tool
def ask_station(city: str) -> str:
    "Ask the station."
    return '{"city": "' + city + '", "sky": "grey"}'

PIXELS = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR42mP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC"
thought = [{"type": "thinking", "thinking": word, "index": 0} for word in words("Two cities, so two calls.")]
answer = [{"type": "text", "text": word, "index": 0} for word in words("**Rain** in the south, *grey* in the north.")]
image = {"type": "image", "base64": PIXELS, "mime_type": "image/png", "index": 1}
replies = [
    [[each] for each in thought]
    + call("ask_scout", '{"city": "Lisbon"}', "c1", 0)
    + call("ask_station", '{"city": "Oslo"}', "c2", 1),
    [[each] for each in answer] + [[image]],
]
editor = create_agent(
    Scripted(replies=replies, pause=PAUSE), tools=[ask_scout, ask_station], name="editor"
)
""".strip()
"""Defines `editor`: an agent that thinks, calls two tools, one of them an agent itself, and
answers with a picture."""

NEWSROOM = (
    f"{AGENT}\n\n"
    + """
from langgraph.graph import START, MessagesState, StateGraph

class Desk(MessagesState):
    topic: str

def voice(text, hesitates=0, **config):
    llm = Scripted(replies=[words(text)], pause=PAUSE).with_config(**config)
    def answer(state):
        time.sleep(hesitates)
        return {"messages": [llm.invoke(state["messages"])]}
    return answer

def close(state):
    get_stream_writer()({"messages": len(state["messages"])})
    llm = Scripted(replies=[words("שלום עולם, הגשם יורד (rain) היום.")], pause=PAUSE)
    return {"messages": [llm.invoke(state["messages"])]}

newsroom = (
    StateGraph(Desk)
    .add_node("optimist", voice("The sun will shine after the rain.", tags=["mood"], metadata={"shift": "night"}))
    .add_node("pessimist", voice("Only rain, and more rain.", hesitates=0.1, tags=["mood", "dark"]))
    .add_node("editor", editor)
    .add_node(close)
    .add_edge(START, "optimist").add_edge(START, "pessimist")
    .add_edge(["optimist", "pessimist"], "editor").add_edge("editor", "close")
    .compile(name="newsroom")
)
graph = newsroom  # as code that is copied from a view calls it
""".strip()
)
"""Two voices in parallel, an agent with tools, one of them an agent itself, and a text from
right to left."""

ASK = '%%lgstream newsroom --as news\n{"messages": [("user", "The weather?")], "topic": "weather"}'
"""Runs it."""
