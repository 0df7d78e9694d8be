"""Text-completion models, whose tokens LangGraph's messages mode passes over.

LangGraph's own handler (`StreamMessagesHandler` in `pregel/_messages.py`) takes the tokens of
chat models only. `Prompted` does for text-completion models, LangChain's `BaseLLM`, what that
one does for chat models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.globals import get_llm_cache
from langchain_core.language_models import BaseLLM
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import RunnableBinding, RunnableConfig
from langchain_core.runnables.configurable import RunnableConfigurableFields
from pydantic import BaseModel

from lg_notebook.normalize.content import Said

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from langchain_core.outputs import LLMResult

_COMPOSED = "langchain_core.runnables."
"""Where LangChain's own runnables are that are made of others."""

_NOSTREAM = frozenset({"nostream", "langsmith:nostream"})
"""LangGraph's `TAG_NOSTREAM`, as it is and as it was before 0.6."""

_COUNTS = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "total_tokens": "total_tokens",
}
"""LangChain's names for what was used, and those that text-completion models tell it by."""


class Prompted(BaseCallbackHandler):
    """Gives `(message_chunk, metadata)` for every text-completion model in a run.

    Models that are tagged `nostream` are left out. A model that does not stream, as LangChain
    has it for most that are invoked, gives its answer as one message when it ends.

    Args:
        write: Takes each `Said`: the writer of LangGraph's custom mode.
    """

    # In the caller's thread, so that what is said keeps its order.
    run_inline = True
    ignore_chat_model = True
    ignore_chain = True
    ignore_agent = True
    ignore_retriever = True
    ignore_retry = True
    ignore_custom_event = True

    def __init__(self, write: Callable[[Said], object]) -> None:
        self._write = write
        self._calls: dict[UUID, dict[str, Any]] = {}
        self._spoken: set[UUID] = set()

    def on_llm_start(
        self,
        serialized: object,  # noqa: ARG002 - LangChain's own names
        prompts: object,  # noqa: ARG002
        *,
        run_id: UUID,
        tags: list[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """A model was asked. LangChain calls this, for chat models something else."""
        if _NOSTREAM.isdisjoint(tags or ()):
            told = dict(metadata or {})
            if own := [tag for tag in tags or () if not tag.startswith("seq:step")]:
                told["tags"] = own
            self._calls[run_id] = told

    def on_llm_new_token(
        self, token: object, *, run_id: UUID, chunk: object = None, **_: Any
    ) -> None:
        """A piece of its answer. LangChain calls this, for chat models as well."""
        metadata = self._calls.get(run_id)
        if metadata is None or not isinstance(token, str):
            return
        self._spoken.add(run_id)
        info = getattr(chunk, "generation_info", None) or {}
        message = AIMessageChunk(content=token, id=_name(run_id), response_metadata=dict(info))
        self._write(Said(message, metadata))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """The end of its answer. LangChain calls this."""
        metadata = self._calls.pop(run_id, None)
        if metadata is None or not response.generations or not response.generations[0]:
            return
        more: dict[str, Any] = {"id": _name(run_id), "usage_metadata": _usage(response.llm_output)}
        if run_id in self._spoken:
            self._spoken.discard(run_id)
            message: AIMessage = AIMessageChunk(content="", chunk_position="last", **more)
        else:
            answer = response.generations[0][0]
            info = dict(answer.generation_info or {})
            message = AIMessage(content=answer.text, response_metadata=info, **more)
        self._write(Said(message, metadata))

    def on_llm_error(self, error: object, *, run_id: UUID, **_: Any) -> None:  # noqa: ARG002
        """It failed. LangChain calls this."""
        self._calls.pop(run_id, None)
        self._spoken.discard(run_id)


def heard(config: Mapping[str, Any], write: Callable[[Said], object]) -> dict[str, Any]:
    """A config of a running node, in which text-completion models are heard as well.

    Args:
        config: The node's own, with LangChain's callback manager.
        write: Takes each `Said`.
    """
    manager = config["callbacks"].copy()
    manager.add_handler(Prompted(write), inherit=True)
    return {**config, "callbacks": manager}


class Streamed(RunnableBinding[Any, str]):
    """A text-completion model that streams to whoever listens even where it is invoked.

    As LangChain's chat models do, and its `BaseLLM` does not.
    """

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002
        """What the model answers."""
        given = {**self.kwargs, **kwargs}
        if _is_cached(self.bound):
            return super().invoke(input, config, **kwargs)
        return "".join(self.bound.stream(input, self._merge_configs(config), **given))

    async def ainvoke(
        self,
        input: Any,  # noqa: A002
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> str:
        """The async twin of `invoke`."""
        given = {**self.kwargs, **kwargs}
        if _is_cached(self.bound):
            return await super().ainvoke(input, config, **kwargs)
        pieces = self.bound.astream(input, self._merge_configs(config), **given)
        return "".join([piece async for piece in pieces])


def streaming(thing: Any) -> Any:
    """The same runnable, with its text-completion models `Streamed`.

    Args:
        thing: A runnable, or what one is made of: other runnables, lists and dicts of them.

    Returns:
        The thing itself where there are none, else a copy. What functions hold is not reached.
    """
    # One whose fields a config sets is made anew from its class and those: it is wrapped outside.
    model = thing.default if isinstance(thing, RunnableConfigurableFields) else thing
    if isinstance(model, BaseLLM):
        return Streamed(bound=thing, kwargs={}, config={})
    if isinstance(thing, Mapping):
        values = {key: streaming(each) for key, each in thing.items()}
        return values if any(values[key] is not thing[key] for key in values) else thing
    if type(thing) in (list, tuple):
        items = [streaming(each) for each in thing]
        same = all(new is old for new, old in zip(items, thing, strict=True))
        return thing if same else type(thing)(items)
    if not isinstance(thing, BaseModel) or not type(thing).__module__.startswith(_COMPOSED):
        return thing
    fields = {name: getattr(thing, name) for name in type(thing).model_fields}
    changed = {name: new for name, old in fields.items() if (new := streaming(old)) is not old}
    return thing.model_copy(update=changed) if changed else thing


def _is_cached(model: Any) -> bool:
    """Whether its answers may come from LangChain's cache, of which streaming knows nothing."""
    return bool(model.cache or (model.cache is None and get_llm_cache() is not None))


def _name(run: UUID) -> str:
    return f"run--{run}"


def _usage(told: Mapping[str, Any] | None) -> dict[str, int] | None:
    counts = (told or {}).get("token_usage") or {}
    if not all(isinstance(counts.get(name), int) for name in _COUNTS.values()):
        return None
    return {ours: counts[theirs] for ours, theirs in _COUNTS.items()}
