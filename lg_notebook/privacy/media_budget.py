"""Pictures, recordings and files in messages: how much of them a run keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lg_notebook.core.json_size import stub, weight
from lg_notebook.core.limits import limits
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from lg_notebook.events import Payload
    from lg_notebook.privacy.redactor import Redactor

_OTHERS = 2_000
"""Bytes of JSON that the other fields of a block may take: its type, its name."""


class Allowance:
    """What one run may keep of its media: so much of each, and so much together.

    What is larger, or comes when the rest is used up, is left out whole: half a picture is of
    no use.

    Args:
        each: Bytes that one may have; `settings.media_bytes` by default.
        together: Bytes of JSON that all of them may take, `settings.stored_bytes` by default:
            more could not be stored with the run.
    """

    def __init__(self, each: int | None = None, together: int | None = None) -> None:
        each = limits.media_bytes if each is None else each
        self._each = -(-each // 3) * 4 + _OTHERS  # in base64, three bytes are four characters
        self._left = limits.stored_bytes if together is None else together

    def take(self, data: object, redactor: Redactor) -> Payload:
        """A medium as JSON, whole where it finds room.

        Args:
            data: The content block that it is in.
            redactor: Knows the secrets to mask.
        """
        whole = payload(data, redactor, sys.maxsize)
        size = weight(whole)
        if size > min(self._each, self._left):
            return payload(stub(whole), redactor)
        self._left -= size
        return whole
