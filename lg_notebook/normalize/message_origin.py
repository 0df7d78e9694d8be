"""Tell the messages of models from those of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessageChunk

from lg_notebook.normalize.content import RemoteMessage

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_made_by_a_model(message: Any) -> bool:
    """Whether a chat model made a message.

    LangChain makes the id of a message from the run (`run-…` or `lc_run-…`). Providers with
    their own ids add response metadata.

    Args:
        message: A whole message.
    """
    return (message.id or "").startswith(("run-", "lc_run-")) or bool(message.response_metadata)


def is_piece(chunk: Any, meta: Mapping[str, Any]) -> bool:
    """Whether a chunk is a part of a message that a model is streaming.

    A chunk without a model's metadata is a message that a node returned: nodes may put the
    sum of chunks into the state.

    Args:
        chunk: A chunk or a whole message.
        meta: Its metadata.
    """
    if isinstance(chunk, RemoteMessage):
        return chunk.is_chunk
    return isinstance(chunk, BaseMessageChunk) and is_of_a_call(meta)


def is_of_a_call(meta: Mapping[str, Any]) -> bool:
    """Whether metadata belongs to a model call and not to a node.

    A model may override which of the `ls_…` fields it has (`BaseChatModel._get_ls_params`).

    Args:
        meta: The metadata.

    Example:
        >>> is_of_a_call({"langgraph_node": "write", "ls_provider": "openai"})
        True
    """
    return "ls_model_type" in meta or any(
        key.startswith("ls_") and key != "ls_integration" for key in meta
    )
