"""Runs of one model: short and long answers, and everything that a message may hold."""

from __future__ import annotations

import base64
import itertools
import struct
import zlib
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook.demo.scripted_model import ScriptedModel
from scripts.gallery.exhibit import Exhibit, ran

if TYPE_CHECKING:
    from lg_notebook import Run

_TABLES = """\
Three cities in March, as the **weather service** has them:

| city | °C | rain, mm | sun, h |
|:-----|---:|---------:|-------:|
| Lisbon | 17.2 | 61 | 6.9 |
| Palermo | 15.8 | 57 | 6.1 |
| Bergen | 4.4 | 202 | 3.2 |

And what to pack, with a table that is wider than a telephone:

| thing | Lisbon | Palermo | Bergen | why |
|---|---|---|---|---|
| coat | no | in the evening | `always` | [rain](https://example.org/rain) falls on 21 days of March in Bergen |
| sunglasses | yes | yes | ~~yes~~ no | three hours a day are hardly enough |
"""
_CODE = """\
A retry with *exponential* back-off needs nine lines:

```python
import time


def retried(call, attempts: int = 3, pause: float = 0.5):
    \"\"\"Call until it works, or give up.\"\"\"
    for attempt in range(attempts):
        try:
            return call()
        except ConnectionError as error:  # only what may pass
            if attempt == attempts - 1:
                raise RuntimeError(f"gave up after {attempts} attempts") from error
            time.sleep(pause * 2**attempt)
```

The same in a shell:

```bash
for attempt in 1 2 3; do curl --fail https://example.org/health && break; sleep "$attempt"; done
```

```json
{"attempts": 3, "pause": 0.5, "hosts": ["a.example.org", "b.example.org"], "verbose": null}
```
"""
_LISTS = """\
# A plan for the week

1. Read the contract
   - the part about *delivery*
   - the part about **liability**: see § 12
2. Call the supplier
   > They said: "Friday at the latest."
3. Decide

- [x] budget agreed
- [ ] signature

---

The rest is `detail`.
"""
_LANGUAGES = """\
**Deutsch:** Fünf süße Bären. **Ελληνικά:** Καλημέρα. **हिन्दी:** नमस्ते दुनिया.

日本語の文章も、改行されずに正しく表示されます。中文也一样。한국어도요.

שלום עולם, הגשם יורד (rain) היום.

مرحبا بالعالم، المطر يهطل اليوم.

👩‍👩‍👧 🏳️‍🌈 e\u0301 ﬁ ﷽
"""
_HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> ![a picture](http://evil.test/b.png) "
    "[a link](javascript:alert(3)) <b>not bold</b> &lt;kept&gt; \u202ereversed\u202c " + "long" * 60
)
_SENTENCES = (
    "The harbour was quiet before the first boats came in.",
    "A clerk counted the crates and wrote the number on a slate.",
    "Nobody knew where the oranges had grown.",
    "By noon the square smelled of salt, rope and coffee.",
    "Two children sold paper boats for a coin each.",
    "The bell rang twice, which meant that the post had arrived.",
)


def talk(value: Any, *replies: Any, name: str = "writer") -> Run:
    """Run a graph of one node, whose model answers until its replies are used up.

    Args:
        value: The graph's input.
        *replies: The model's replies, texts or messages.
        name: The graph's name.

    Returns:
        The run.
    """
    said = [AIMessage(each) if isinstance(each, str) else each for each in replies]
    model = ScriptedModel(replies=said, pause=0, model="scripted-large")

    async def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"])]}

    builder = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer")
    return ran(builder.compile(name=name), {"messages": value})


def _forty() -> Run:
    questions = ("And then?", "Who wrote it down?", "Say that in one line.", "Why does it matter?")
    lines = itertools.cycle(_SENTENCES)
    turns: list[Any] = [SystemMessage("You are a patient guide to the harbour.")]
    for at in range(19):
        turns += [
            HumanMessage(questions[at % len(questions)]),
            AIMessage(f"{next(lines)} {next(lines)}"),
        ]
    return talk(
        [*turns, HumanMessage("And how did the day end?")], f"{_SENTENCES[3]} That was all."
    )


def _long() -> Run:
    paragraphs = []
    lines = itertools.cycle(_SENTENCES)
    for chapter in range(1, 11):
        paragraphs.append(f"## Chapter {chapter}")
        paragraphs += [" ".join(next(lines) for _ in range(8)) for _ in range(6)]
    return talk("Write five thousand words about a harbour.", "\n\n".join(paragraphs))


def _picture(red: int, green: int, blue: int) -> str:
    """Make a small PNG with a gradient, as base64."""
    rows = b"".join(
        b"\0" + b"".join(bytes((red, green * x // 96, blue * y // 64)) for x in range(96))
        for y in range(64)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 96, 64, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + parts).decode()


def _images() -> Run:
    question: list[str | dict[Any, Any]] = [
        {"type": "text", "text": "What is on this picture? Paint it in blue."},
        {"type": "image", "base64": _picture(220, 160, 40), "mime_type": "image/png"},
        {"type": "image", "url": "https://example.org/harbour.jpg"},
    ]
    answer: list[str | dict[Any, Any]] = [
        {"type": "text", "text": "A harbour in the evening. Here it is in blue:"},
        {"type": "image", "base64": _picture(30, 120, 230), "mime_type": "image/png"},
        {
            "type": "file",
            "base64": base64.b64encode(b"%PDF-1.4").decode(),
            "mime_type": "application/pdf",
        },
    ]
    return talk([HumanMessage(question)], AIMessage(answer))


def _reasoning() -> Run:
    thought = (
        "The user wants one city. Lisbon has most sun in March, and it is warm. Palermo would do "
        "as well, but the ferry does not run before April."
    )
    return talk(
        "Where is it warm in March?",
        AIMessage([
            {"type": "reasoning", "reasoning": thought},
            {"type": "text", "text": "**Lisbon**: 17 °C, and seven hours of sun a day."},
        ]),
    )  # fmt: skip


def _refusal() -> Run:
    said = "I cannot help with that: the letter would be sent in another person's name."
    return talk(
        "Write a letter in my neighbour's name.", AIMessage([{"type": "refusal", "refusal": said}])
    )


def _citations() -> Run:
    text = "Ferries run from April. The first one leaves at six."
    cited = {
        "type": "citation",
        "url": "https://example.org/ferries",
        "title": "Ferries",
        "cited_text": "from April",
    }
    return talk(
        "When do the ferries run?",
        AIMessage([
            {"type": "server_tool_call", "name": "web_search", "args": {"query": "ferry timetable"}, "id": "s1"},
            {"type": "server_tool_result", "tool_call_id": "s1", "status": "success", "output": "3 pages"},
            {"type": "text", "text": text, "annotations": [cited]},
        ]),
    )  # fmt: skip


def _structured() -> Run:
    said = (
        '{"title": "A week in Lisbon", "days": 7, "budget": {"currency": "EUR", "amount": 1240.5}, '
        '"cities": ["Lisbon", "Sintra"], "flights": [{"from": "MUC", "to": "LIS", "price": 129}, '
        '{"from": "LIS", "to": "MUC", "price": 142}], "insured": true, "notes": null}'
    )
    return talk("Plan my trip, as JSON.", said, name="planner")


TALK = (
    Exhibit("one-token", "The smallest run takes little room.", lambda: talk("Yes or no?", "Yes")),
    Exhibit(
        "short-answer",
        "A question and its answer differ at a glance.",
        lambda: talk("Where is it warm in March?", "In **Lisbon**: 17 °C and seven hours of sun."),
    ),
    Exhibit("forty-messages", "A long history, of which only the last message is new.", _forty),
    Exhibit("five-thousand-words", "A long text is readable, and easy to leave.", _long),
    Exhibit("tables", "Tables fit, or scroll by themselves.", lambda: talk("Compare.", _TABLES)),
    Exhibit(
        "code", "Code in colours, each block with its copy button.", lambda: talk("How?", _CODE)
    ),
    Exhibit("lists", "Headings, lists, quotes and rules.", lambda: talk("Plan.", _LISTS)),
    Exhibit(
        "languages", "Scripts in both directions, and emoji.", lambda: talk("Hello?", _LANGUAGES)
    ),
    Exhibit("hostile", "What a model writes stays text.", lambda: talk("Write it.", _HOSTILE)),
    Exhibit(
        "images", "Pictures of a person and of a model; a remote one waits for a click.", _images
    ),
    Exhibit("reasoning", "Thoughts are quieter than the answer.", _reasoning),
    Exhibit("refusal", "A refusal is recognised as one.", _refusal),
    Exhibit("citations", "A search by the provider, and the sources of a text.", _citations),
    Exhibit("structured-output", "JSON is readable without knowing JSON.", _structured),
)
"""The runs of one model."""
