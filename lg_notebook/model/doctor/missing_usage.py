"""A rule: a provider counts tokens, but sent no usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.model.doctor.rule import Rule
from lg_notebook.model.node_names import name_nodes

if TYPE_CHECKING:
    from lg_notebook.model.filters import Filters
    from lg_notebook.model.run_state import RunState

_COUNTING = frozenset(
    {
        "amazon_bedrock", "anthropic", "azure", "cohere", "deepseek", "fireworks",
        "google_genai", "google_vertexai", "groq", "mistral", "ollama", "openai",
        "openrouter", "together", "xai",
    }
)  # fmt: skip
"""Providers (LangChain's `ls_provider`) that count tokens if a parameter requests it."""

_UNCOUNTED = (
    "The provider sent no usage for {0}: build the model with an option such as stream_usage=True."
)


def _check(run: RunState, _: Filters) -> list[str]:
    if run.status != "done":
        return []
    nodes = {
        str(message.node)
        for message in run.messages
        if message.origin == "streamed"
        and message.done
        and message.usage is None
        and str(message.metadata.get("ls_provider")) in _COUNTING
    }
    return [_UNCOUNTED.format(name_nodes(nodes))] if nodes else []


RULE = Rule("a provider sent no usage", _check, displayed=False)
