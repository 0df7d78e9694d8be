"""Sees which chat models a local graph calls, and ends their calls when the run is stopped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager

from lg_notebook.core.model_call import Call, ModelCallLog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

_NOSTREAM = "nostream"
_FAULT = re.compile(r"\bdisable_streaming=(?:True|'tool_calling')")


class RunStopped(BaseException):
    """Ends a model's call because its run was stopped.

    It is no `Exception`, so that neither a node's `except Exception`, nor a retry, nor a
    fallback takes it for a failure and asks a model again.
    """


class ModelCallRecorder(BaseCallbackHandler):
    """Notes every call of a chat model within a run, and nothing per token.

    A thread cannot be stopped from outside, but a model that streams tells every token to
    LangChain's handlers, so a stopped run's model ends at its next token: nobody goes on
    paying for what nobody reads.

    Attributes:
        log: What it has noted.
    """

    # In the caller's thread: elsewhere it would cost a task for each event.
    run_inline = True
    ignore_llm = True  # spares a call per token; chat models have a switch of their own
    ignore_chain = True
    ignore_agent = True
    ignore_retriever = True
    ignore_retry = True
    ignore_custom_event = True

    def __init__(self) -> None:
        self.log = ModelCallLog()
        self._halted = False

    def halt(self) -> None:
        """End the model calls of this run, each at its next token, and let none begin."""
        self._halted = True
        self.ignore_llm = False

    def on_llm_new_token(self, token: object, **_: Any) -> None:  # noqa: ARG002 - LangChain's own names
        """End the call. LangChain calls this, and only after `halt`."""
        raise RunStopped("The run was stopped.")

    def on_chat_model_start(
        self,
        serialized: Mapping[str, Any] | None,
        messages: object,  # noqa: ARG002 - LangChain's own names
        *,
        run_id: UUID,
        tags: list[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Note a call. LangChain calls this.

        Raises:
            Halted: The run was stopped.
        """
        if self._halted:
            raise RunStopped("The run was stopped.")
        path = (metadata or {}).get("langgraph_checkpoint_ns")
        calls = self.log.calls
        if calls is not None and metadata and path:
            hidden = _NOSTREAM in (tags or ())
            node = str(metadata.get("langgraph_node"))
            calls.append(Call(str(run_id), path, node, hidden, _fault(serialized)))

    def join(self, config: Mapping[str, Any] | None, graph: Any) -> dict[str, Any]:
        """A config for a local graph with this handler among its callbacks.

        What the user put there stays as it is, and sees what it saw before.

        Args:
            config: The user's config.
            graph: The graph that is to run.
        """
        joined = dict(config or {})
        given = joined.get("callbacks") or _default_callbacks(graph)
        if given is None or isinstance(given, (list, tuple)):
            joined["callbacks"] = [*(given or ()), self]
        elif isinstance(given, BaseCallbackManager):
            manager = given.copy()
            manager.add_handler(self, inherit=True)
            joined["callbacks"] = manager
        else:  # nothing that LangChain knows, either; it will say so
            return joined
        self.log.calls = []
        return joined


def _default_callbacks(graph: Any) -> Any:
    """The callbacks that a config without any would run with, where one with some drops them.

    Newer versions of LangGraph join a config's callbacks with those of the graph and of the
    run around it; older ones take the last that are given.
    """
    from langchain_core.runnables.config import var_child_runnable_config  # noqa: PLC0415
    from langgraph._internal import _config  # noqa: PLC0415

    if hasattr(_config, "_merge_callbacks"):
        return None
    around: Any = var_child_runnable_config.get() or {}
    own = getattr(graph, "config", None) or {}
    return own.get("callbacks") or around.get("callbacks")


def _fault(serialized: Mapping[str, Any] | None) -> str | None:
    """What of a model's settings keeps it from streaming.

    LangChain's own integrations tell the settings that differ from the defaults, any other
    class its repr.
    """
    told = serialized or {}
    kwargs = told.get("kwargs") or {}
    disabled = kwargs.get("disable_streaming")
    if disabled:
        return f"disable_streaming={disabled!r}"
    if kwargs.get("streaming") is False:
        return "streaming=False"
    found = _FAULT.search(str(told.get("repr") or ""))
    return found[0] if found else None
