"""Find out a graph's input, and read it from a text or a JSON object."""

from __future__ import annotations

import difflib
import json
import logging
import weakref
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from typing_extensions import is_typeddict

from lg_notebook.exceptions import InputError

_LOG = logging.getLogger(__name__)

Form = dict[str, Any]
"""`{"kind": "text"}`, or `{"kind": "json", "template": {…}, "fields": [{"name", "type",
"required", "description"}, …]}`. A text becomes the field `into`, or is the input itself."""

_EMPTY: dict[str, Any] = {
    "string": "",
    "integer": 0,
    "number": 0,
    "boolean": False,
    "array": [],
    "object": {},
}
_known: weakref.WeakKeyDictionary[Any, Form] = weakref.WeakKeyDictionary()


def _schema(graph: Any) -> dict[str, Any]:
    try:
        schema = graph.get_input_jsonschema()
    except Exception:  # noqa: BLE001 - remote graphs and some state types have none
        _LOG.debug("A graph has no schema of its input.", exc_info=True)
        schema = _typed_dict(getattr(getattr(graph, "builder", None), "input_schema", None))
    return schema if isinstance(schema, dict) else {}


def _typed_dict(state: Any) -> dict[str, Any]:
    """Build the schema of a `typing.TypedDict`, which pydantic refuses below Python 3.12."""
    if not is_typeddict(state):
        return {}
    schema: dict[str, Any] = {"properties": {}, "required": sorted(state.__required_keys__)}
    for name, hint in get_type_hints(state).items():
        try:
            field = TypeAdapter(hint).json_schema()
        except Exception:  # noqa: BLE001 - the field then takes any type
            _LOG.debug("The field %r has no schema.", name, exc_info=True)
            field = {}
        schema.setdefault("$defs", {}).update(field.pop("$defs", {}))
        schema["properties"][name] = field
    return schema


def _resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow a `$ref`, and take the first alternative that is not null."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name:
        schema = root.get("$defs", {}).get(name, {})
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return {**_resolve(option, root), **{k: v for k, v in schema.items() if k != "anyOf"}}
    return schema


def input_form(graph: Any) -> Form:
    """Describe the form for a graph's input.

    The form of a graph is cached for the graph's lifetime, except that of a remote graph, which
    may change.

    Args:
        graph: A graph.

    Returns:
        A text form for graphs with a `messages` channel and no other required field, and for
        graphs whose input is a string; else a JSON form with a template.

    Example:
        >>> input_form(agent)
        {'kind': 'text', 'into': 'messages'}
    """
    if hasattr(graph, "assistant_id"):
        return _form(graph)
    try:
        if graph not in _known:
            _known[graph] = _form(graph)
        return _known[graph]
    except TypeError:  # the graph has no hash or no weak references
        return _form(graph)


def _form(graph: Any) -> Form:
    root = _schema(graph)
    schema = _resolve(root, root)
    properties: dict[str, Any] = schema.get("properties") or {}
    required = set(schema.get("required") or ())
    if "messages" in properties and required <= {"messages"}:
        return {"kind": "text", "into": "messages"}
    if schema.get("type") == "string":
        return {"kind": "text"}
    fields: list[dict[str, Any]] = []
    template: dict[str, Any] = {}
    for name, raw in properties.items():
        spec = _resolve(raw, root)
        kind = spec.get("type") if isinstance(spec.get("type"), str) else "any"
        fields.append(
            {
                "name": name,
                "type": kind,
                "required": name in required,
                "description": str(spec.get("description") or ""),
            }
        )
        if name in required or not required:
            template[name] = spec["default"] if "default" in spec else _EMPTY.get(kind or "")
    return {"kind": "json", "template": template, "fields": fields}


def takes_text(graph: Any) -> bool:
    """Whether a plain string can be the whole input.

    Args:
        graph: A graph.
    """
    return bool(input_form(graph)["kind"] == "text")


def read_input(graph: Any, value: object) -> object:
    """Convert a value from the caller to the graph's input.

    Args:
        graph: A graph.
        value: A string becomes the user's message if the graph has a `messages` channel. Any
            other value stays unchanged.

    Returns:
        The input to run the graph with.

    Example:
        >>> read_input(agent, "What is the weather?")
        {'messages': [{'role': 'user', 'content': 'What is the weather?'}]}
    """
    if isinstance(value, str) and input_form(graph).get("into") == "messages":
        return user_message(value)
    return value


def user_message(text: str) -> dict[str, Any]:
    """Make the input of a graph with a `messages` channel from the user's text.

    Args:
        text: The text.

    Example:
        >>> user_message("Hi")
        {'messages': [{'role': 'user', 'content': 'Hi'}]}
    """
    return {"messages": [{"role": "user", "content": text}]}


_LIKENESS = 0.8
"""How alike two keys are, from 0 to 1, if one is a misspelling of the other."""


def misspelt(graph: Any, value: object) -> str:
    """Point out keys of an input that the graph does not have but that look like one of its own.

    LangGraph ignores unknown keys without an error.

    Args:
        graph: A graph, or None.
        value: The input.

    Returns:
        A sentence for each such key, in one text; empty if there is none.

    Example:
        >>> misspelt(graph, {"topc": "cats"})
        "The graph has no input 'topc'; did you mean 'topic'?"
    """
    channels = getattr(graph, "channels", None)
    if type(value) is not dict or not isinstance(channels, dict):
        return ""
    names = [name for name in channels if not name.startswith("__") and ":" not in name]
    unknown = [key for key in value if isinstance(key, str) and key not in channels]
    near = {key: difflib.get_close_matches(key, names, 1, _LIKENESS) for key in unknown}
    if not any(near.values()):
        return ""
    root = _schema(graph)  # it also has aliases
    known = _resolve(root, root).get("properties") or {}
    return " ".join(
        f"The graph has no input {key!r}; did you mean {found[0]!r}?"
        for key, found in near.items()
        if found and key not in known and found[0] not in value
    )


def read_form(form: Form, value: object) -> object:
    """Read the value that a user typed into a form.

    Args:
        form: The form.
        value: The text of a text box, a JSON text, or a JSON value.

    Returns:
        A text for a text form, else a dict.

    Raises:
        InputError: The text is empty, or the value is not a JSON object.

    Example:
        >>> read_form({"kind": "json"}, '{"topic": "cats"}')
        {'topic': 'cats'}
    """
    if form["kind"] == "text":
        if not isinstance(value, str) or not value.strip():
            msg = "There is no text to send: type a message."
            raise InputError(msg)
        return value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            msg = f"The input is not JSON: {error}."
            raise InputError(msg) from None
    if not isinstance(value, dict):
        msg = "The input has to be a JSON object, with the graph's fields as its keys."
        raise InputError(msg)
    return value
