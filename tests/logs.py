"""Logs that no graph has made: any order, any text, of everything that a run can say."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.hostile import PAYLOADS as HOSTILE

TEXTS = st.text(max_size=8) | st.sampled_from(HOSTILE)
"""What nodes, models and people may call themselves and say."""

PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
_KINDS = ("text", "reasoning", "tool_call", "image", "other")
_ORIGINS = ("streamed", "returned", "input")
_PHASES = ("started", "progress", "finished", "failed")
_REST = ("custom", "update", "interrupt", "values", "tool", "checkpoint")
_USAGE = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}


class _Log:
    """A log while it is made up.

    Args:
        draw: Gives what is not fixed.
    """

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.events: list[dict[str, Any]] = []
        self.places: list[dict[str, Any]] = [_place()]
        self.messages: list[dict[str, Any]] = []
        self.blocks: dict[int, list[str]] = {}
        self._t = 0

    def put(self, kind: str, at: dict[str, Any], /, **more: Any) -> None:
        self._t += self.draw(st.integers(0, 3 * 10**6))
        self.events.append({"type": kind, "seq": len(self.events), "t": self._t, **at, **more})

    def error(self) -> dict[str, Any]:
        draw = self.draw
        return {"type": draw(TEXTS), "message": draw(TEXTS), "traceback": draw(st.none() | TEXTS)}

    def task(self) -> None:
        above = self.draw(st.sampled_from(self.places))
        node, name = self.draw(TEXTS), f"t{len(self.places)}"
        ns = [*above["ns"], *([f"{above['node']}:{above['task']}"] if above["task"] else [])]
        place = _place(ns, name, node, self.draw(st.integers(0, 9)))
        self.places.append(place)
        self.put("task-start", place, triggers=[self.draw(TEXTS)], attempt=1)

    def finish(self) -> None:
        place = self.draw(st.sampled_from(self.places))
        error = self.draw(st.none() | st.just(self.error()))
        self.put("task-finish", place, error=error, result=self.draw(PAYLOADS), interrupts=[])

    def message(self) -> None:
        place, draw = self.draw(st.sampled_from(self.places)), self.draw
        key = len(self.messages)
        self.messages.append(place)
        self.blocks[key] = []
        self.put(
            "message-start", place, message=key, id=draw(st.none() | TEXTS),
            role=draw(st.sampled_from(["ai", "human", "tool"]) | TEXTS), name=draw(st.none() | TEXTS),
            origin=draw(st.sampled_from(_ORIGINS)), of=None, tool_call_id=draw(st.none() | TEXTS),
            metadata=draw(st.dictionaries(TEXTS, PAYLOADS, max_size=2)),
        )  # fmt: skip

    def delta(self) -> None:
        if not self.messages:
            return
        key = self.draw(st.integers(0, len(self.messages) - 1))
        blocks, more = self.blocks[key], {}
        if not blocks or self.draw(st.booleans()):
            kind = self.draw(st.sampled_from(_KINDS))
            blocks.append(kind)
            if kind == "tool_call":
                more = {"call_id": self.draw(TEXTS), "name": self.draw(TEXTS)}
            elif kind in {"image", "other"}:
                more = {"data": self.draw(PAYLOADS)}
        block = len(blocks) - 1
        self.put(
            "delta", self.messages[key], message=key, block=block, kind=blocks[block],
            text=self.draw(TEXTS), **more,
        )  # fmt: skip

    def complete(self) -> None:
        if not self.messages:
            return
        key = self.draw(st.integers(0, len(self.messages) - 1))
        text = self.draw(st.none() | TEXTS)
        self.put(
            "message-finish", self.messages[key], message=key, revised=text is not None, text=text,
            usage=self.draw(st.none() | st.just(_USAGE)), finish_reason=self.draw(st.none() | TEXTS),
        )  # fmt: skip

    def other(self) -> None:
        place, data = self.draw(st.sampled_from(self.places)), self.draw(PAYLOADS)
        match self.draw(st.sampled_from(_REST)):
            case "values":
                items = {self.draw(TEXTS): [data]}
                self.put("values", place, set={self.draw(TEXTS): data}, append=items, removed=[])
            case "interrupt":
                self.put("interrupt", place, id=self.draw(st.none() | TEXTS), value=data)
            case "tool":
                phase = self.draw(st.sampled_from(_PHASES))
                name = self.draw(st.none() | TEXTS)
                self.put("tool", place, call_id=self.draw(TEXTS), name=name, phase=phase, data=data)
            case "checkpoint":
                names = [self.draw(TEXTS)]
                self.put("checkpoint", place, id=names[0], parent=None, source=None, next=names)
            case kind:
                self.put(kind, place, data=data)

    def end(self) -> None:
        status = self.draw(st.sampled_from(["done", "stopped", "interrupted", "error"]))
        error = self.error() if status == "error" else None
        self.put(
            "run-end", _place(), status=status, error=error, duration=self._t,
            state=self.draw(PAYLOADS),
        )  # fmt: skip


def _place(
    ns: tuple[str, ...] | list[str] = (),
    task: str | None = None,
    node: str | None = None,
    step: int | None = None,
) -> dict[str, Any]:
    return {"ns": list(ns), "task": task, "node": node, "step": step}


@st.composite
def logs(draw: Any) -> list[dict[str, Any]]:
    """Logs, whole or still growing."""
    log = _Log(draw)
    log.put("run-start", _place(), graph=draw(TEXTS), input=draw(PAYLOADS), started_at=1.5)
    moves = [log.task, log.finish, log.message, log.delta, log.delta, log.complete, log.other]
    for move in draw(st.lists(st.sampled_from(range(len(moves))), max_size=14)):
        moves[move]()
    if draw(st.booleans()):
        log.end()
    return log.events
