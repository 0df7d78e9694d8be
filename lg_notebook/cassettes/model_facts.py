"""Facts about a chat model that a cassette needs: its name, its settings, where its keys are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG = logging.getLogger(__name__)


def model_name(model: Any) -> str | None:
    """Read the model's name, as LangChain's traces have it; None if it has no name."""
    try:
        name = model._get_ls_params().get("ls_model_name")  # noqa: SLF001 - there is no other way
    except Exception:  # noqa: BLE001 - a user's model may raise anything
        _LOG.debug("%s has no name", type(model).__name__, exc_info=True)
        return None
    return name if isinstance(name, str) else None


def settings(model: Any) -> dict[str, Any]:
    """Collect the model's own attributes, which include its keys."""
    return {key: value for key, value in vars(model).items() if not key.startswith("_")}


def key_variables(model: Any) -> Iterator[str]:
    """Name the environment variables that the model reads its keys from."""
    try:
        names = dict(model.lc_secrets).values()
    except Exception:  # noqa: BLE001 - a user's model may raise anything
        _LOG.debug("%s names no keys", type(model).__name__, exc_info=True)
        return
    yield from (name for name in names if isinstance(name, str))
