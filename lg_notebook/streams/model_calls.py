"""Note which chat models a local graph calls, and end their calls when the run is stopped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager

from lg_notebook.core.model_call import ModelCall, ModelCallLog
from lg_notebook.exceptions import RunStopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

_NOSTREAM = "nostream"
_FAULT = re.compile(r"\bdisable_streaming=(?:True|'tool_calling')")


class ModelCallRecorder(BaseCallbackHandler):
    """Notes every call of a chat model within a run, and nothing per token.

    A thread cannot be stopped from outside, but a model that streams reports every token to
    LangChain's handlers. So a stopped run's model ends at its next token, and no tokens are paid
    for that nobody reads.

    Attributes:
        log: The calls noted.

    Example:
        >>> recorder = ModelCallRecorder()
        >>> graph.invoke({"topic": "ice cream"}, recorder.join(None, graph))
        >>> recorder.log.calls
        [ModelCall(run='…', path='call_model:…', node='call_model', hidden=False, fault=None)]
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
        self._stopped = False

    def stop(self) -> None:
        """End the model calls of this run, each at its next token, and let none begin."""
        self._stopped = True
        self.ignore_llm = False

    def on_llm_new_token(self, token: object, **_: Any) -> None:  # noqa: ARG002 - LangChain's own names
        """End the call. LangChain calls this, and only after `stop`."""
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
            RunStopped: The run was stopped.
        """
        if self._stopped:
            raise RunStopped("The run was stopped.")
        path = (metadata or {}).get("langgraph_checkpoint_ns")
        calls = self.log.calls
        if calls is not None and metadata and path:
            hidden = _NOSTREAM in (tags or ())
            node = str(metadata.get("langgraph_node"))
            calls.append(ModelCall(str(run_id), path, node, hidden, _fault(serialized)))

    def join(self, config: Mapping[str, Any] | None, graph: Any) -> dict[str, Any]:
        """Add this handler to the callbacks of a config.

        The user's own callbacks stay as they are, and receive the same events as before.

        Args:
            config: The user's config.
            graph: The local graph that is to run.

        Returns:
            The config to run the graph with.
        """
        joined = dict(config or {})
        callbacks = joined.get("callbacks") or _default_callbacks(graph)
        if callbacks is None or isinstance(callbacks, (list, tuple)):
            joined["callbacks"] = [*(callbacks or ()), self]
        elif isinstance(callbacks, BaseCallbackManager):
            manager = callbacks.copy()
            manager.add_handler(self, inherit=True)
            joined["callbacks"] = manager
        else:  # LangChain does not know this either, and will say so
            return joined
        self.log.calls = []
        return joined


def _default_callbacks(graph: Any) -> Any:
    """Find the callbacks that LangGraph uses only for a config without callbacks.

    Newer versions of LangGraph join a config's callbacks with those of the graph and of the
    run around it, so there are none. Older ones use the last ones only.
    """
    from langchain_core.runnables.config import var_child_runnable_config  # noqa: PLC0415
    from langgraph._internal import _config  # noqa: PLC0415

    if hasattr(_config, "_merge_callbacks"):
        return None
    around: Any = var_child_runnable_config.get() or {}
    own = getattr(graph, "config", None) or {}
    return own.get("callbacks") or around.get("callbacks")


def _fault(serialized: Mapping[str, Any] | None) -> str | None:
    """Find the setting that keeps a model from streaming.

    LangChain's own integrations show the settings that differ from the defaults, any other
    class shows its repr.
    """
    shown = serialized or {}
    kwargs = shown.get("kwargs") or {}
    disabled = kwargs.get("disable_streaming")
    if disabled:
        return f"disable_streaming={disabled!r}"
    if kwargs.get("streaming") is False:
        return "streaming=False"
    found = _FAULT.search(str(shown.get("repr") or ""))
    return found[0] if found else None
