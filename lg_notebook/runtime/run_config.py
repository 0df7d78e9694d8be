"""LangChain's config of a run, checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

from lg_notebook.exceptions import ArgumentTypeError


def check_config(config: object) -> None:
    """Refuse a config that LangChain could not read.

    Args:
        config: The config that the caller passed, or None.

    Raises:
        ArgumentTypeError: It is not a dict, or its `configurable` is not one.

    Example:
        >>> check_config({"configurable": {"thread_id": "1"}})
    """
    if config is None:
        return
    if not isinstance(config, Mapping):
        raise ArgumentTypeError(
            f"config is a dict such as {{'configurable': {{…}}}}, not {type(config).__name__}."
        )
    keys = config.get("configurable")
    if keys is not None and not isinstance(keys, Mapping):
        raise ArgumentTypeError(
            f"The config's 'configurable' is a dict, not {type(keys).__name__}."
        )
