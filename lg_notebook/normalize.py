"""From LangGraph's stream chunks to events: pure, no I/O, no clock.

`Normalizer` takes `(namespace, mode, payload)`, as `graph.stream(…, stream_mode=[…],
subgraphs=True)` yields them, with the time of arrival, and gives events. It knows which
chunks belong to one message, and shows no message twice: tokens, then the whole message
from the node, then once more from a parent graph, are one entry.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from lg_notebook.chunk import RemoteMessage, content_text, find_messages, pieces
from lg_notebook.payload import payload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lg_notebook.events import AnyEvent, Origin, RunError, Status, Usage
    from lg_notebook.redact import Pieces, Redactor

Namespace = tuple[str, ...]

_METADATA_BUDGET = 65_536


class _Entry:
    """A message that the normalizer has seen."""

    __slots__ = (
        "blocks", "done", "half", "id", "key", "kinds", "masks", "meta", "namespace", "node",
        "ns", "path", "reason", "role", "step", "task", "text", "usage",
    )  # fmt: skip

    def __init__(self, key: int, ns: Namespace, meta: Mapping[str, Any]) -> None:
        self.key = key
        self.meta = meta
        self.namespace = ns
        self.ns = list(ns)
        self.node: str | None = meta.get("langgraph_node")
        self.step: int | None = meta.get("langgraph_step")
        self.path: str = meta.get("langgraph_checkpoint_ns") or ""
        self.task: str | None = self.path.rpartition("|")[2].partition(":")[2] or None
        self.id: str | None = None
        self.role = "ai"
        self.done = False
        self.text: list[str] = []
        self.usage: Usage | None = None
        self.reason: str | None = None
        self.blocks: dict[Any, int] = {}
        self.kinds: list[Any] = []
        self.masks: list[Pieces | None] = []
        self.half = ""


class Normalizer:
    """Turns one run's stream into events.

    Args:
        redactor: Masks secrets in whatever goes into an event.

    Attributes:
        objects: For events whose payload is a summary, `seq` → the whole object.
        values: The root graph's latest values, as they are; None before any.
        interrupted: Whether the root graph has stopped to ask something.
    """

    def __init__(self, redactor: Redactor) -> None:
        self.objects: dict[int, Any] = {}
        self.values: Any = None
        self.interrupted = False
        self._redactor = redactor
        self._seq = 0
        self._entries: list[_Entry] = []
        self._by_call: dict[int, _Entry] = {}  # id of the metadata dict → one model call
        self._by_id: dict[str, _Entry | None] = {}  # None: known, from before the run
        self._tasks: dict[str, dict[str, Any]] = {}
        self._attempts: dict[str, int] = {}
        self._asked: set[str] = set()
        self._inputs: list[tuple[str, str]] | None = None

    # ---- the run's ends -------------------------------------------------------------

    def start(self, graph: str, input: object, started_at: float) -> list[AnyEvent]:  # noqa: A002
        """Begin the run.

        Args:
            graph: Name of the graph.
            input: The graph's input.
            started_at: Seconds since the Unix epoch.
        """
        shown = payload(input, self._redactor)
        event = self._event("run-start", 0, graph=graph, input=shown, started_at=started_at)
        self._inputs = [
            (message.type, content_text(message)) for message in find_messages(input, plain=True)
        ]
        return [event]

    def end(self, status: Status, error: BaseException | None, t: int) -> list[AnyEvent]:
        """End the run.

        Args:
            status: How it ended.
            error: What it raised, with status `error`.
            t: Nanoseconds since it began.
        """
        out: list[AnyEvent] = []
        for entry in self._entries:
            self._flush(entry, t, out)
        out.append(
            self._event(
                "run-end",
                t,
                status=status,
                error=None if error is None else self.error(error),
                duration=t,
                state=payload(self.values, self._redactor, _METADATA_BUDGET),
            )
        )
        return out

    def error(self, error: BaseException) -> RunError:
        """An exception as text, masked."""
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return {
            "type": type(error).__name__,
            "message": self._redactor.text(str(error)),
            "traceback": self._redactor.text(trace),
        }

    # ---- one item of the stream -----------------------------------------------------

    def __call__(self, ns: Namespace, mode: str, item: Any, t: int) -> list[AnyEvent]:  # noqa: ANN401
        """Take one item of the stream.

        Args:
            ns: Namespace of the graph that it comes from.
            mode: LangGraph's stream mode.
            item: What the mode yields.
            t: Nanoseconds since the run began.

        Returns:
            The events that it means; often one, sometimes none.
        """
        if mode == "messages":
            return self._message(ns, item[0], item[1], t)
        out: list[AnyEvent] = []
        if mode == "tasks":
            (self._task_start if "triggers" in item else self._task_finish)(ns, item, t, out)
        elif mode == "updates":
            self._updates(ns, item, t, out)
        elif mode == "values":
            self._values(ns, item, t, out)
        elif mode == "custom":
            self.objects[self._seq] = item
            out.append(self._event("custom", t, ns, data=payload(item, self._redactor)))
        return out

    def _event(
        self,
        type: str,  # noqa: A002
        t: int,
        ns: Namespace | list[str] = (),
        task: str | None = None,
        node: str | None = None,
        step: int | None = None,
        **more: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - one of the event types, by its `type`
        seq = self._seq
        self._seq = seq + 1
        return {
            "type": type, "seq": seq, "t": t, "ns": list(ns), "task": task, "node": node,
            "step": step, **more,
        }  # fmt: skip

    # ---- messages -------------------------------------------------------------------

    def _message(self, ns: Namespace, chunk: Any, meta: Any, t: int) -> list[AnyEvent]:  # noqa: ANN401
        entry = self._by_call.get(id(meta))
        if entry is not None and entry.meta is meta:
            # The hot path: a plain token of a model call that is under way. LangGraph passes
            # the same metadata object with every token of a call (pregel/_messages.py).
            content = chunk.content
            if (
                type(content) is str
                and not chunk.tool_call_chunks
                and not chunk.additional_kwargs
                and not chunk.usage_metadata
                and not chunk.response_metadata
                and getattr(chunk, "chunk_position", None) is None
                and content.isascii()
            ):
                return self._plain(entry, content, t) if content else []
        if isinstance(chunk, dict):
            chunk = RemoteMessage(chunk)
        out: list[AnyEvent] = []
        if self._is_piece(chunk, meta):
            if entry is None or entry.meta is not meta:
                entry = self._open(ns, chunk, meta, t, out)
            self._take(entry, chunk, t, out)
            if getattr(chunk, "chunk_position", None) == "last":
                self._finish(entry, t, out)
        else:
            self._whole(ns, chunk, meta, t, out)
        return out

    def _plain(self, entry: _Entry, text: str, t: int) -> list[AnyEvent]:
        block = entry.blocks.get("text")
        if block is None:
            block = self._block(entry, "text", "text")
        entry.text.append(text)
        mask = entry.masks[block]
        if mask is not None:
            text = mask.feed(text)
            if not text:
                return []
        seq = self._seq
        self._seq = seq + 1
        return [
            {
                "type": "delta", "seq": seq, "t": t, "ns": entry.ns, "task": entry.task,
                "node": entry.node, "step": entry.step, "message": entry.key, "block": block,
                "kind": "text", "text": text,
            }
        ]  # fmt: skip

    @staticmethod
    def _is_piece(chunk: Any, meta: Mapping[str, Any]) -> bool:  # noqa: ANN401
        """Whether it is a part of a message that a model is streaming.

        A chunk without a model's metadata is a message that a node returned: nodes may put
        the sum of their chunks into the state.
        """
        return chunk.is_chunk if isinstance(chunk, RemoteMessage) else (
            type(chunk).__name__.endswith("Chunk")
            and ("ls_model_type" in meta or "ls_provider" in meta)
        )  # fmt: skip

    def _open(
        self,
        ns: Namespace,
        chunk: Any,  # noqa: ANN401
        meta: Mapping[str, Any],
        t: int,
        out: list[AnyEvent],
    ) -> _Entry:
        if isinstance(chunk, RemoteMessage):
            # From a server every chunk has a metadata dict of its own: the id tells, within
            # the task.
            known = self._by_id.get(chunk.id or "")
            if known is not None and known.path == (meta.get("langgraph_checkpoint_ns") or ""):
                return known
        entry = self._start(ns, chunk, meta, "streamed", t, out)
        self._by_call[id(meta)] = entry
        return entry

    def _start(
        self,
        ns: Namespace,
        chunk: Any,  # noqa: ANN401
        meta: Mapping[str, Any],
        origin: Origin,
        t: int,
        out: list[AnyEvent],
    ) -> _Entry:
        entry = _Entry(len(self._entries), ns, meta)
        entry.id = chunk.id
        entry.role = chunk.type.removesuffix("MessageChunk").removesuffix("Chunk").lower()
        self._entries.append(entry)
        if chunk.id:
            self._by_id[chunk.id] = entry
        out.append(self._message_start(entry, chunk, origin, None, t))
        return entry

    def _message_start(
        self,
        entry: _Entry,
        chunk: Any,  # noqa: ANN401
        origin: Origin,
        of: int | None,
        t: int,
    ) -> AnyEvent:
        event: AnyEvent = self._event(
            "message-start", t, entry.ns, entry.task, entry.node, entry.step,
            message=entry.key,
            id=chunk.id,
            role=entry.role,
            name=getattr(chunk, "name", None),
            origin=origin,
            of=of,
            tool_call_id=getattr(chunk, "tool_call_id", None),
            metadata=payload(dict(entry.meta), self._redactor, _METADATA_BUDGET),
        )  # fmt: skip
        return event

    def _block(self, entry: _Entry, name: Any, kind: str) -> int:  # noqa: ANN401
        block = entry.blocks[name] = len(entry.kinds)
        entry.kinds.append(kind)
        entry.masks.append(self._redactor.pieces())
        return block

    def _take(self, entry: _Entry, chunk: Any, t: int, out: list[AnyEvent]) -> None:  # noqa: ANN401
        """Emit the deltas of a chunk (or of a whole message)."""
        for name, kind, text, more in pieces(chunk):
            block = entry.blocks.get(name)
            if block is None:
                block = self._block(entry, name, kind)
            if kind == "text":
                entry.text.append(text)
            text = self._join(entry, text)  # noqa: PLW2901
            mask = entry.masks[block]
            if mask is not None:
                text = mask.feed(text)  # noqa: PLW2901
            if "data" in more:
                more = {"data": payload(more["data"], self._redactor)}  # noqa: PLW2901
            if text or more:
                out.append(self._delta(entry, block, text, t, more))
        # Providers repeat or sum up the counts while they stream: the last one holds.
        entry.usage = _usage(getattr(chunk, "usage_metadata", None)) or entry.usage
        entry.reason = _reason(chunk.response_metadata) or entry.reason

    @staticmethod
    def _join(entry: _Entry, text: str) -> str:
        """Hold back half a surrogate pair: some servers cut an emoji in two."""
        if entry.half:
            text = (entry.half + text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            entry.half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            entry.half = text[-1]
            text = text[:-1]
        return text

    def _delta(
        self, entry: _Entry, block: int, text: str, t: int, more: Mapping[str, Any]
    ) -> AnyEvent:
        event: AnyEvent = self._event(
            "delta", t, entry.ns, entry.task, entry.node, entry.step,
            message=entry.key, block=block, kind=entry.kinds[block], text=text, **more,
        )  # fmt: skip
        return event

    def _flush(self, entry: _Entry, t: int, out: list[AnyEvent]) -> None:
        """Let out what a mask still holds back."""
        for block, mask in enumerate(entry.masks):
            rest = mask.flush() if mask is not None else ""
            if rest:
                out.append(self._delta(entry, block, rest, t, {}))

    def _finish(
        self,
        entry: _Entry,
        t: int,
        out: list[AnyEvent],
        final: str | None = None,
    ) -> None:
        self._flush(entry, t, out)
        entry.done = True
        if final is not None:
            entry.text = [final]
        out.append(
            self._event(
                "message-finish", t, entry.ns, entry.task, entry.node, entry.step,
                message=entry.key,
                usage=entry.usage,
                finish_reason=entry.reason,
                revised=final is not None,
                text=None if final is None else self._redactor.text(final),
            )
        )  # fmt: skip

    # ---- whole messages -------------------------------------------------------------

    def _whole(
        self,
        ns: Namespace,
        message: Any,  # noqa: ANN401
        meta: Mapping[str, Any],
        t: int,
        out: list[AnyEvent],
    ) -> None:
        """A message that arrives in one piece: a repetition, or new."""
        here = _Entry(-1, ns, meta)
        original = self._original(message, here.path)
        if original is None:
            if message.id in self._by_id:
                return  # it was in the state before this run
            entry = self._start(ns, message, meta, "returned", t, out)
            self._take(entry, message, t, out)
            self._finish(entry, t, out)
            self._answer(entry, message, t, out)
            return
        self._revise(original, message, t, out)
        if here.path != original.path:
            here.key, here.role = original.key, original.role
            out.append(self._message_start(here, message, "resent", original.key, t))
        if message.id:
            self._by_id[message.id] = original

    def _original(self, message: Any, path: str) -> _Entry | None:  # noqa: ANN401
        """The entry that a whole message repeats.

        By id; else by text among the messages of the same task and of the subgraphs below
        it, since supervisors and nodes hand messages on under new ids.
        """
        known = self._by_id.get(message.id or "")
        if known is not None:
            return known
        if message.id in self._by_id:
            return None
        text = content_text(message)
        if not text:
            return None
        for entry in reversed(self._entries):
            if (
                entry.path.startswith(path)
                and entry.role == message.type.removesuffix("MessageChunk").lower()
                and "".join(entry.text) == text
            ):
                return entry
        return None

    def _revise(self, entry: _Entry, message: Any, t: int, out: list[AnyEvent]) -> None:  # noqa: ANN401
        """Finish an entry with what its final message says."""
        final = content_text(message)
        changed = final != "".join(entry.text)
        usage = None if entry.usage else _usage(getattr(message, "usage_metadata", None))
        if usage is not None:
            entry.usage = usage
        if changed or usage is not None or not entry.done:
            entry.reason = entry.reason or _reason(message.response_metadata)
            self._finish(entry, t, out, final if changed else None)

    def _answer(self, entry: _Entry, message: Any, t: int, out: list[AnyEvent]) -> None:  # noqa: ANN401
        """A tool's message ends the call that it answers."""
        call = getattr(message, "tool_call_id", None)
        if call is not None and entry.role == "tool":
            failed = getattr(message, "status", None) == "error"
            out.append(
                self._event(
                    "tool", t, entry.ns, entry.task, entry.node, entry.step,
                    call_id=call,
                    name=getattr(message, "name", None),
                    phase="failed" if failed else "finished",
                    data=payload(content_text(message), self._redactor),
                )
            )  # fmt: skip

    # ---- tasks, updates, values -----------------------------------------------------

    def _task_start(
        self, ns: Namespace, item: Mapping[str, Any], t: int, out: list[AnyEvent]
    ) -> None:
        task, node = str(item["id"]), str(item["name"])
        attempt = self._attempts[task] = self._attempts.get(task, 0) + 1
        self._tasks[task] = {"ns": ns, "node": node}
        out.append(
            self._event(
                "task-start", t, ns, task, node,
                triggers=[str(trigger) for trigger in item["triggers"]],
                attempt=attempt,
            )
        )  # fmt: skip
        sent = item.get("input")
        # ToolNode is sent one call at a time as {"tool_call": …, …} (prebuilt/tool_node.py).
        call = sent.get("tool_call") if isinstance(sent, dict) else None
        if isinstance(call, dict) and call.get("id"):
            out.append(
                self._event(
                    "tool", t, ns, task, node,
                    call_id=str(call["id"]),
                    name=call.get("name"),
                    phase="started",
                    data=payload(call.get("args"), self._redactor),
                )
            )  # fmt: skip

    def _task_finish(
        self, ns: Namespace, item: Mapping[str, Any], t: int, out: list[AnyEvent]
    ) -> None:
        task = str(item["id"])
        self._tasks.pop(task, None)
        error = item.get("error")
        if isinstance(error, BaseException):
            shown: RunError | None = self.error(error)
        else:
            text = None if error is None else self._redactor.text(str(error))
            shown = None if text is None else {"type": "Error", "message": text, "traceback": None}
        if shown is None:
            self._close(task, t, out)
        interrupts = [_interrupt_id(each) for each in item.get("interrupts") or ()]
        out.append(
            self._event(
                "task-finish", t, ns, task, str(item["name"]),
                error=shown,
                result=payload(item.get("result"), self._redactor),
                interrupts=[each for each in interrupts if each is not None],
            )
        )  # fmt: skip

    def _close(self, task: str, t: int, out: list[AnyEvent]) -> None:
        """Finish the messages of a task that ended: older langchain-core marks no last chunk."""
        for entry in self._entries:
            if entry.task == task and not entry.done:
                self._finish(entry, t, out)

    def _updates(self, ns: Namespace, item: Any, t: int, out: list[AnyEvent]) -> None:  # noqa: ANN401
        if not isinstance(item, dict):
            return
        for node, update in item.items():
            if node == "__interrupt__":
                self.interrupted = self.interrupted or not ns
                self._interrupts(ns, update, t, out)
                continue
            if node == "__metadata__":
                continue
            running = [
                task for task, at in self._tasks.items() if at["ns"] == ns and at["node"] == node
            ]
            task = running[0] if len(running) == 1 else None
            self._reconcile(ns, node, task, update, t, out)
            self.objects[self._seq] = update
            data = payload(update, self._redactor)
            out.append(self._event("update", t, ns, task, node, data=data))

    def _reconcile(
        self,
        ns: Namespace,
        node: str,
        task: str | None,
        update: object,
        t: int,
        out: list[AnyEvent],
    ) -> None:
        """See that every message that a node wrote is there, as it was written."""
        for message in find_messages(update):
            known = self._by_id.get(message.id or "")
            if known is not None:
                self._revise(known, message, t, out)
            elif message.id not in self._by_id:
                segments = [*ns, f"{node}:{task}"] if task else list(ns)
                meta = {"langgraph_node": node, "langgraph_checkpoint_ns": "|".join(segments)}
                self._whole(ns, message, meta, t, out)

    def _interrupts(self, ns: Namespace, asked: Any, t: int, out: list[AnyEvent]) -> None:  # noqa: ANN401
        for each in asked if isinstance(asked, (list, tuple)) else ():
            name = _interrupt_id(each)
            if name is not None:
                if name in self._asked:
                    continue  # the parent graph passes its subgraph's interrupt on
                self._asked.add(name)
            value = each.get("value") if isinstance(each, dict) else getattr(each, "value", None)
            self.objects[self._seq] = each
            out.append(
                self._event("interrupt", t, ns, id=name, value=payload(value, self._redactor))
            )

    def _values(self, ns: Namespace, item: object, t: int, out: list[AnyEvent]) -> None:
        first = self._inputs is not None and not ns
        for message in find_messages(item):
            if message.id and message.id not in self._by_id:
                self._by_id[message.id] = None
                if first:
                    self._input(message, t, out)
        if ns:
            return
        self._inputs = None
        self.values = item

    def _input(self, message: Any, t: int, out: list[AnyEvent]) -> None:  # noqa: ANN401
        """Show the messages that this run was given, but not the thread's history."""
        text = content_text(message)
        for known, (role, content) in enumerate(self._inputs or ()):
            if content == text and role in {message.type, ""}:
                del (self._inputs or [])[: known + 1]
                entry = self._start((), message, {}, "input", t, out)
                self._take(entry, message, t, out)
                self._finish(entry, t, out)
                return


def _usage(counts: Any) -> Usage | None:  # noqa: ANN401
    if not counts:
        return None
    return {
        "input_tokens": counts.get("input_tokens") or 0,
        "output_tokens": counts.get("output_tokens") or 0,
        "total_tokens": counts.get("total_tokens") or 0,
    }


def _reason(metadata: Mapping[str, Any] | None) -> str | None:
    for key in ("finish_reason", "stop_reason", "done_reason"):
        reason = (metadata or {}).get(key)
        if reason:
            return str(reason)
    return None


def _interrupt_id(interrupt: Any) -> str | None:  # noqa: ANN401
    if isinstance(interrupt, dict):
        found = interrupt.get("id") or interrupt.get("interrupt_id")
    else:
        found = getattr(interrupt, "id", None) or getattr(interrupt, "interrupt_id", None)
    return None if found is None else str(found)
