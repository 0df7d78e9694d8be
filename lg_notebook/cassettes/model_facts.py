"""Facts about a chat model that a cassette needs: its name, its settings, where its keys are."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG = logging.getLogger(__name__)

_KEY = re.compile(
    r"(?:[A-Z0-9]+_)*(?:API_?KEY|API_TOKEN|AUTH_TOKEN|AD_TOKEN|ACCESS_?KEY(?:_ID)?)"
    r"|AWS_(?:SESSION_TOKEN|BEARER_TOKEN_BEDROCK)|(?:DATABRICKS|HF|WATSONX)_TOKEN"
    r"|WATSONX_PASSWORD|GIGACHAT_CREDENTIALS|QIANFAN_[AS]K|VOLC_SECRETKEY"
)
"""Names of the environment variables that model clients read their keys from."""


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
    """Name the environment variables that the model reads its keys from.

    Others that its class names are left out.
    """
    try:
        names = dict(model.lc_secrets).values()
    except Exception:  # noqa: BLE001 - a user's model may raise anything
        _LOG.debug("%s names no keys", type(model).__name__, exc_info=True)
        return
    yield from filter(is_key_variable, names)


def is_key_variable(name: object) -> bool:
    """Whether a model client may read its key from an environment variable of this name.

    A cassette sets no other variable, whatever its file says.

    Example:
        >>> is_key_variable("OPENAI_API_KEY"), is_key_variable("LD_PRELOAD")
        (True, False)
    """
    return isinstance(name, str) and _KEY.fullmatch(name) is not None
