"""Describe a message's metadata and usage for people.

The static face of a run must be equal when the notebook runs again. So ids, times, and values
that look like them are left out. The interactive view and the `Run` have them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.events import Payload, Usage
    from lg_notebook.model.message import Message

_NAMES = {
    "langgraph_node": "Node",
    "langgraph_step": "Step",
    "langgraph_triggers": "Triggers",
    "lc_agent_name": "Agent",
    "ls_model_name": "Model",
    "ls_provider": "Provider",
    "ls_temperature": "Temperature",
    "ls_max_tokens": "Max tokens",
    "tags": "Tags",
}
_OURS = ("langgraph_", "ls_", "lc_", "checkpoint_", "__")
_VARYING_KEYS = re.compile(
    r"(?:^|_)(?:id|ids|uuid|time|timestamp|date|created|ns)(?:$|_)", re.IGNORECASE
)
_VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-|\d{4}-\d\d-\d\d[T ]\d\d:|0x[0-9a-f]{6}|\d{9}|[0-9a-f]{24}",
    re.IGNORECASE,
)


def facts(message: Message) -> Iterator[tuple[str, str]]:
    """List a message's origin, model and usage.

    Args:
        message: The message.

    Yields:
        A name and a value, for each fact that is the same in every run.
    """
    metadata = message.metadata
    for key, name in _NAMES.items():
        value = metadata.get(key)
        if value not in (None, [], ""):
            yield from _stable(name, value)
    for key, value in metadata.items():
        if not key.startswith(_OURS) and key not in _NAMES and not _VARYING_KEYS.search(key):
            yield from _stable(key, value)
    if message.finish_reason is not None:
        yield "Finish reason", message.finish_reason
    if message.usage is not None:
        yield "Usage", counted(message.usage)


def counted(usage: Usage) -> str:
    """Write token counts as words."""
    return f"{usage['input_tokens']:,} tokens in, {usage['output_tokens']:,} out"


def _stable(name: str, value: Payload) -> Iterator[tuple[str, str]]:
    if isinstance(value, (list, tuple)):
        words = ", ".join(str(item) for item in value)
    elif isinstance(value, (str, int, float)):
        words = str(value)
    else:
        return
    if not _VARYING.search(words) and not _VARYING.search(name):
        yield name, words
