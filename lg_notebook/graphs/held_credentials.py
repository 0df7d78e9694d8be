"""Collect the credentials that a graph's objects hold: its config, models, clients, tools."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from lg_notebook.privacy.credential_names import is_credential

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PLAIN = (str, bytes, dict, list, tuple)

_NAMELESS = (list, tuple, set, frozenset, types.FunctionType, types.MethodType)
"""Types whose objects have no names of values."""


def held_credentials(graph: Any, things: Iterable[Any]) -> list[Any]:
    """Collect the values under names of credentials, without a call of the objects' own code.

    Args:
        graph: A graph, perhaps with a config (`with_config`).
        things: The objects that it can reach (see `object_walk.reachable`).

    Returns:
        The graph's config, sealed values, and mappings from names to values, to search for
        secrets.

    Example:
        >>> held_credentials(graph, [ChatOpenAI(api_key="sk-12345678")])
        [None, {'openai_api_key': SecretStr('**********')}]
    """
    found: list[Any] = [getattr(graph, "config", None)]
    for thing in things:
        if type(thing) in _NAMELESS:
            continue
        if type(thing) is not dict and _is_sealed(thing):
            found.append(thing)
            continue
        named = {key: item for key, item in _fields(thing).items() if _tells(key, item)}
        if named:
            found.append(named)
    return found


def _fields(thing: Any) -> Mapping[Any, Any]:
    if type(thing) is dict:
        return thing
    try:
        fields: Any = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}
    return fields if type(fields) is dict else {}


def _tells(key: Any, item: Any) -> bool:
    return is_credential(key) and (type(item) in _PLAIN or _is_sealed(item))


def _is_sealed(thing: Any) -> bool:
    return hasattr(type(thing), "get_secret_value")
