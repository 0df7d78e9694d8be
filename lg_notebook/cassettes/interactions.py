"""What a cassette holds: requests, and the responses to each."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.cassettes.request import Request
    from lg_notebook.cassettes.response import Response


class Interactions:
    """The recorded requests and responses of one file.

    The same request, played several times, gives the responses in the order of the recording.
    After the last comes the first again, so that a notebook can be run again from its first cell.

    Attributes:
        needs: Names of the environment variables that hold the models' keys.
        torn: Whether the file's last line was cut, or has no line feed.

    Example:
        >>> interactions.add(request, response)
        >>> interactions.play(request) is response
        True
    """

    def __init__(self) -> None:
        self._responses: dict[str, list[Response]] = {}
        self._requests: dict[str, Request] = {}
        self._played: dict[str, int] = {}
        self.needs: list[str] = []
        self.torn = False

    def add(self, request: Request, response: Response) -> None:
        """Add a response; the next one to the same request comes after it."""
        key = _key(request)
        self._requests[key] = request
        self._responses.setdefault(key, []).append(response)

    def play(self, request: Request) -> Response | None:
        """Give the next response to a request; None if it was never recorded."""
        key = _key(request)
        responses = self._responses.get(key)
        if not responses:
            return None
        turn = self._played.get(key, 0)
        self._played[key] = turn + 1
        return responses[turn % len(responses)]

    def nearest(self, request: Request) -> str:
        """Describe the recorded request most like this one, and the difference."""
        mine = _lines(request)
        best: list[str] | None = None
        ratio = -1.0
        for other in self._requests.values():
            lines = _lines(other)
            # Not real_quick_ratio: two long questions may differ in their last line only.
            likeness = difflib.SequenceMatcher(None, lines, mine, autojunk=False).ratio()
            if likeness > ratio:
                best, ratio = lines, likeness
        if best is None:
            return "The cassette has no question at all."
        difference = difflib.unified_diff(best, mine, "recorded", "now", lineterm="", n=2)
        return "The nearest recorded question differs like this:\n" + "\n".join(difference)

    def __len__(self) -> int:
        return sum(map(len, self._responses.values()))


def _key(request: Request) -> str:
    return json.dumps(request, sort_keys=True)


def _lines(request: Request) -> list[str]:
    return json.dumps(request, indent=2, sort_keys=True, ensure_ascii=False).splitlines()
