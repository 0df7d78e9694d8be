"""Explain in one sentence what went wrong with a graph on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from lg_notebook.exceptions import ServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 500
"""How many characters of a server's own words are shown."""

_CANCELLED = frozenset({"UserInterrupt", "UserRollback", "AbortError"})
"""Names that servers have for the end of a cancelled run."""

_GONE = "Run not found"
"""The answer of servers to a request to join a run that they do not know."""

_MODES = "stream_mode"


def explained(error: Exception, address: str, *, began: bool) -> Exception:
    """Convert an error to one sentence that says what to do.

    Args:
        error: The error that LangGraph's client or its `RemoteGraph` raised.
        address: The server's address.
        began: Whether the run had begun.

    Returns:
        A `ServerError`, or the error itself if it is not about the server.

    Example:
        >>> explained(httpx.ConnectError("refused"), "http://127.0.0.1:2024", began=False)
        ServerError("LangGraph's server at http://127.0.0.1:2024 cannot be reached: …")
    """
    if type(error).__name__ == "RemoteException":
        data = error.args[0] if error.args else None
        gone = _GONE in str(data)
        return ServerError(_forgotten(address) if gone else _failed(data))
    if isinstance(error, httpx.HTTPStatusError):
        return _refused(error, address, began=began)
    if isinstance(error, httpx.TransportError):
        if began:
            words = (
                f"The connection to LangGraph's server at {address} was lost and the run could"
                " not be joined again. The output received so far is kept."
            )
            return ServerError(words)
        words = (
            f"LangGraph's server at {address} cannot be reached: check that it is running and"
            " that the address is right."
        )
        return ServerError(words, refused=True)
    return error


def address(base_url: object) -> str:
    """Remove from a server's address what may be secret: name, password, path and query.

    Example:
        >>> address("https://me:secret@example.com/api?key=123")
        'https://example.com'
    """
    parts = urlsplit(str(base_url))
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def refuses_modes(error: httpx.HTTPStatusError) -> bool:
    """Whether a server refused a run because it does not know one of the stream modes."""
    return error.response.status_code in {400, 422} and _MODES in _body(error)


def _failed(data: Any) -> str:
    if not isinstance(data, dict):
        return f"The graph failed on the server: {str(data)[:_LONGEST]}"
    name, words = str(data.get("error") or "Error"), str(data.get("message") or "")
    if name in _CANCELLED:
        return "The run was cancelled on the server."
    return f"The graph failed on the server: {name}: {words[:_LONGEST]}".rstrip(": ")


def _forgotten(address: str) -> str:
    return (
        f"LangGraph's server at {address} does not know the run any more: the server was"
        " restarted, or the run was deleted. The output received so far is kept."
    )


def _refused(error: httpx.HTTPStatusError, address: str, *, began: bool) -> ServerError:
    status = error.response.status_code
    server = f"LangGraph's server at {address}"
    said = _first_line(_words(error))
    if status in {401, 403}:
        words = (
            f"{server} refused the key ({status}): pass the right one, as"
            " `RemoteGraph(…, api_key=…)` or `headers=…`."
        )
    elif status == 404 and began:  # noqa: PLR2004 - HTTP's
        words = _forgotten(address)
    elif status in {400, 404, 409, 422}:
        words = f"{server} refused the run ({status}): {said}"
    else:
        words = f"{server} failed ({status}): {said}"
    return ServerError(words, refused=not began, status=status)


def _words(error: httpx.HTTPStatusError) -> str:
    """Find the server's own words, in any of the fields that servers use."""
    try:
        body: Any = error.response.json()
    except (ValueError, httpx.StreamError):
        return _body(error)
    found = _detail(body)
    return found or _body(error)


def _detail(body: object) -> str:
    if isinstance(body, list):
        return "; ".join(filter(None, map(_detail, body)))
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    fields: Mapping[str, Any] = body
    for key in ("detail", "message", "msg", "error", "issues"):
        words = _detail(fields.get(key))
        if words:
            return words
    return ""


def _body(error: httpx.HTTPStatusError) -> str:
    try:
        return error.response.text
    except httpx.StreamError:  # not read yet: older clients keep it in the exception
        return str(error)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    first = " ".join(lines[:4])[:_LONGEST] if lines else "it gave no reason."
    return first if first.endswith((".", "!", "?")) else f"{first}."
