"""The ways of writing an async graph: each has to stream the same on every Python."""

from tests.graphs import async_chains, async_context, async_flow, async_models, async_tools
from tests.graphs.case import CASES, Case, Entry

__all__ = [
    "CASES",
    "Case",
    "Entry",
    "async_chains",
    "async_context",
    "async_flow",
    "async_models",
    "async_tools",
]
