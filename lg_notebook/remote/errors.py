"""What went wrong with a graph on a server, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 500
"""Characters of a server's own words that are shown."""

_CANCELLED = frozenset({"UserInterrupt", "UserRollback", "AbortError"})
"""What servers call the end of a run that was cancelled."""

_GONE = "Run not found"
"""What servers answer to those who join a run that they do not know."""

_MODES = "stream_mode"


class ServerError(RuntimeError):
    """A graph on a server could not be run to its end; the message is one sentence.

    Attributes:
        refused: Whether the server, or the way to it, was at fault before anything ran.
        status: The HTTP status, where the server gave one.
    """

    def __init__(self, words: str, *, refused: bool = False, status: int | None = None) -> None:
        super().__init__(words)
        self.refused = refused
        self.status = status

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the sentence, since no frame of this process is to blame for it."""
        return [f"{type(self).__name__}: {self}"]


def told(error: Exception, address: str, *, began: bool) -> Exception:
    """The same fault, as one sentence that says what to do; other errors as they are.

    Args:
        error: What LangGraph's client or its `RemoteGraph` raised.
        address: The server's address.
        began: Whether the run had begun.

    Returns:
        A `ServerError`, or the error itself.

    Example:
        >>> told(httpx.ConnectError("refused"), "http://127.0.0.1:2024", began=False)
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
                " not be joined again: what had come by then is kept."
            )
            return ServerError(words)
        words = (
            f"LangGraph's server at {address} cannot be reached: see that it runs there, and"
            " that the address is right."
        )
        return ServerError(words, refused=True)
    return error


def address(base_url: object) -> str:
    """A server's address without what may be secret in it: name, password, path and query.

    Example:
        >>> address("https://me:secret@example.com/api?key=123")
        'https://example.com'
    """
    parts = urlsplit(str(base_url))
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def knows_not_the_modes(error: httpx.HTTPStatusError) -> bool:
    """Whether a server refused a run since it does not know one of the stream modes."""
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
        f"LangGraph's server at {address} does not know the run any more, so the server was"
        " started anew or the run was deleted: what had come by then is kept."
    )


def _refused(error: httpx.HTTPStatusError, address: str, *, began: bool) -> ServerError:
    status = error.response.status_code
    server = f"LangGraph's server at {address}"
    said = _first_line(_words(error))
    if status in {401, 403}:
        words = (
            f"{server} refused the key ({status}): give the right one, as"
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
    """What the server says, from whichever field it says it in."""
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
    except httpx.StreamError:  # it was not read: older clients keep it in the exception
        return str(error)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    first = " ".join(lines[:4])[:_LONGEST] if lines else "it gave no reason."
    return first if first.endswith((".", "!", "?")) else f"{first}."
