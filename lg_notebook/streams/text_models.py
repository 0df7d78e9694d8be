"""Stream text-completion models, whose tokens LangGraph's messages mode leaves out.

LangGraph's own handler (`StreamMessagesHandler` in `pregel/_messages.py`) takes the tokens of
chat models only. `TextModelHandler` does the same for text-completion models, LangChain's
`BaseLLM`.
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

from lg_notebook.normalize.content import TextModelOutput

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from langchain_core.outputs import LLMResult

_COMPOSED = "langchain_core.runnables."
"""The package of LangChain's runnables that consist of others."""

_NOSTREAM = frozenset({"nostream", "langsmith:nostream"})
"""LangGraph's `TAG_NOSTREAM`, as it is and as it was before 0.6."""

_COUNTS = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "total_tokens": "total_tokens",
}
"""LangChain's names for the usage, and those of text-completion models."""


class TextModelHandler(BaseCallbackHandler):
    """Reports `(message_chunk, metadata)` for every text-completion model in a run.

    Models that are tagged `nostream` are left out. A model that does not stream, as most models
    that are invoked, yields its answer as one message when it ends.

    Args:
        write: Takes each `TextModelOutput`: the writer of LangGraph's custom mode.

    Example:
        >>> model.invoke("Why is the sky blue?", {"callbacks": [TextModelHandler(print)]})
    """

    # In the caller's thread, so that the pieces keep their order.
    run_inline = True
    ignore_chat_model = True
    ignore_chain = True
    ignore_agent = True
    ignore_retriever = True
    ignore_retry = True
    ignore_custom_event = True

    def __init__(self, write: Callable[[TextModelOutput], object]) -> None:
        self._write = write
        self._calls: dict[UUID, dict[str, Any]] = {}
        self._streamed: set[UUID] = set()

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
        """Note a call. LangChain calls this, for chat models something else."""
        if _NOSTREAM.isdisjoint(tags or ()):
            noted = dict(metadata or {})
            if own := [tag for tag in tags or () if not tag.startswith("seq:step")]:
                noted["tags"] = own
            self._calls[run_id] = noted

    def on_llm_new_token(
        self, token: object, *, run_id: UUID, chunk: object = None, **_: Any
    ) -> None:
        """Report a piece of the answer. LangChain calls this, for chat models as well."""
        metadata = self._calls.get(run_id)
        if metadata is None or not isinstance(token, str):
            return
        self._streamed.add(run_id)
        info = getattr(chunk, "generation_info", None) or {}
        message = AIMessageChunk(content=token, id=_name(run_id), response_metadata=dict(info))
        self._write(TextModelOutput(message, metadata))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """Report the end of the answer. LangChain calls this."""
        metadata = self._calls.pop(run_id, None)
        if metadata is None or not response.generations or not response.generations[0]:
            return
        more: dict[str, Any] = {"id": _name(run_id), "usage_metadata": _usage(response.llm_output)}
        if run_id in self._streamed:
            self._streamed.discard(run_id)
            message: AIMessage = AIMessageChunk(content="", chunk_position="last", **more)
        else:
            answer = response.generations[0][0]
            info = dict(answer.generation_info or {})
            message = AIMessage(content=answer.text, response_metadata=info, **more)
        self._write(TextModelOutput(message, metadata))

    def on_llm_error(self, error: object, *, run_id: UUID, **_: Any) -> None:  # noqa: ARG002
        """Forget a call that failed. LangChain calls this."""
        self._calls.pop(run_id, None)
        self._streamed.discard(run_id)


def with_text_models(
    config: Mapping[str, Any], write: Callable[[TextModelOutput], object]
) -> dict[str, Any]:
    """Add a handler to a node's config, so that text-completion models stream as well.

    Args:
        config: The node's own, with LangChain's callback manager.
        write: Takes each `TextModelOutput`.
    """
    manager = config["callbacks"].copy()
    manager.add_handler(TextModelHandler(write), inherit=True)
    return {**config, "callbacks": manager}


class StreamedModel(RunnableBinding[Any, str]):
    """A text-completion model that streams to its callbacks even if it is invoked.

    LangChain's chat models do that, its `BaseLLM` does not.
    """

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002
        """Call the model, piece by piece, and join its answer."""
        if _is_cached(self.bound):
            return super().invoke(input, config, **kwargs)
        return "".join(self.stream(input, config, **kwargs))

    async def ainvoke(
        self,
        input: Any,  # noqa: A002
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> str:
        """Call the model's async form, piece by piece, and join its answer."""
        if _is_cached(self.bound):
            return await super().ainvoke(input, config, **kwargs)
        return "".join([piece async for piece in self.astream(input, config, **kwargs)])


def streaming(thing: Any) -> Any:
    """Wrap the text-completion models in a runnable as `StreamedModel`.

    Args:
        thing: A runnable, or a part of one: other runnables, lists and dicts of them.

    Returns:
        A copy, or the thing itself if it has no such model. Models that functions hold are not
        found.

    Example:
        >>> streaming(prompt | text_model).invoke({"topic": "ice cream"})
    """
    # A model whose fields a config sets is built again from its class: it is wrapped outside.
    model = thing.default if isinstance(thing, RunnableConfigurableFields) else thing
    if isinstance(model, BaseLLM):
        return StreamedModel(bound=thing, kwargs={}, config={})
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
    """Whether its answers may come from LangChain's cache, which streaming does not use."""
    return bool(model.cache or (model.cache is None and get_llm_cache() is not None))


def _name(run: UUID) -> str:
    return f"run--{run}"


def _usage(output: Mapping[str, Any] | None) -> dict[str, int] | None:
    counts = (output or {}).get("token_usage") or {}
    if not all(isinstance(counts.get(name), int) for name in _COUNTS.values()):
        return None
    return {ours: counts[theirs] for ours, theirs in _COUNTS.items()}
