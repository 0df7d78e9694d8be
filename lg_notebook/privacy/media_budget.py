"""Limit the images, audio clips and files that a run keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lg_notebook.core.json_size import json_size, shorten
from lg_notebook.core.limits import limits
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from lg_notebook.events import Payload
    from lg_notebook.privacy.redactor import Redactor

_OTHERS = 2_000
"""Bytes of JSON that the other fields of a block may take: its type, its name."""


class MediaBudget:
    """The budget of one run's media, for each and for all together.

    A medium that exceeds it is left out whole, because half an image is useless.

    Args:
        each: Bytes that one medium may have; `settings.media_bytes` by default.
        together: Bytes of JSON that all media may take. By default `settings.stored_bytes`,
            because more could not be stored with the run.

    Example:
        >>> block = {"type": "image", "base64": "A" * 2_000}
        >>> MediaBudget(each=10).take(block, Redactor())["base64"][-24:]
        ' (1,936 more characters)'
    """

    def __init__(self, each: int | None = None, together: int | None = None) -> None:
        each = limits.media_bytes if each is None else each
        self._each = -(-each // 3) * 4 + _OTHERS  # in base64, three bytes are four characters
        self._left = limits.stored_bytes if together is None else together

    def take(self, data: object, redactor: Redactor) -> Payload:
        """Convert a medium to JSON, whole if the budget allows.

        Args:
            data: The content block of the medium.
            redactor: Masks secrets.

        Returns:
            The block, whole or with its long texts shortened.
        """
        whole = payload(data, redactor, sys.maxsize)
        size = json_size(whole)
        if size > min(self._each, self._left):
            return payload(shorten(whole), redactor)
        self._left -= size
        return whole
