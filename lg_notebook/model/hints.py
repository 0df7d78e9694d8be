"""Hints beside a run: filters that hide everything, and providers that sent no usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lg_notebook.model.filters import Filters
    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState

_NAMED = 3
"""Nodes that a line names; of the others it has only the number."""

_COUNTING = frozenset(
    {
        "amazon_bedrock", "anthropic", "azure", "cohere", "deepseek", "fireworks",
        "google_genai", "google_vertexai", "groq", "mistral", "ollama", "openai",
        "openrouter", "together", "xai",
    }
)  # fmt: skip
"""Providers (LangChain's `ls_provider`) that count tokens if a parameter requests it."""

_FILTERED = "The filters hide this run's messages: take them away to see more."
"""The view has the same sentence (`js/src/view/transcript/runFooter.ts`)."""

_UNCOUNTED = (
    "The provider sent no usage for {0}: build the model with an option such as stream_usage=True."
)


def name_nodes(nodes: Iterable[str]) -> str:
    """Name nodes in a sentence, the first three of them.

    Example:
        >>> name_nodes(["write", "plan"])
        "nodes 'plan' and 'write'"
    """
    names = [repr(name) for name in sorted(nodes)]
    if len(names) > _NAMED:
        names[_NAMED:] = [f"{len(names) - _NAMED} more"]
    listed = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    return f"node {listed}" if len(names) == 1 else f"nodes {listed}"


def notes(run: RunState, filters: Filters) -> list[str]:
    """List the hints that every display of a run shows.

    Args:
        run: The run.
        filters: The filters of the display.

    Returns:
        A line per cause, and one per thing that could not be read. The causes are left out
        while the run is running, and if it failed.
    """
    if run.status in {"running", "error"}:
        return run.unreadable
    hides = bool(run.messages) and not any(filters.shows(message) for message in run.messages)
    return [*([_FILTERED] if hides else []), *run.causes, *run.unreadable]


def uncounted(messages: Iterable[Message]) -> list[str]:
    """Name the nodes whose provider counts tokens, but sent no usage.

    Args:
        messages: A run's messages.

    Returns:
        One line, or an empty list.
    """
    nodes = {
        str(message.node)
        for message in messages
        if message.origin == "streamed"
        and message.done
        and message.usage is None
        and message.metadata.get("ls_provider") in _COUNTING
    }
    if not nodes:
        return []
    return [_UNCOUNTED.format(name_nodes(nodes))]
