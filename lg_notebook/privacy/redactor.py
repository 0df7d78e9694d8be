"""Mask a run's secrets, in values and in complete texts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lg_notebook.core.limits import limits
from lg_notebook.privacy.credential_names import MASK
from lg_notebook.privacy.secret_search import find_secrets, is_common, spellings
from lg_notebook.privacy.stream_mask import SecretPattern, StreamMask

if TYPE_CHECKING:
    from collections.abc import Mapping


class Redactor:
    """Collects a run's secrets, and masks them in everything that leaves Python.

    Args:
        *sources: Objects that hold credentials, which are found by their names: the config, the
            context, models.
        run_input: The run's input, which is searched like the environment: common words in
            them, such as `postgres`, are masked under their names only.
        environ: Environment variables to search as well; by default those of the process.
        masks: Whether to mask anything; `settings.mask` by default.

    Attributes:
        masks: Whether it masks anything.

    Example:
        >>> redactor = Redactor({"configurable": {"api_key": "sk-12345678"}}, environ={})
        >>> redactor.text("my key is sk-12345678!")
        'my key is [masked]!'
    """

    def __init__(
        self,
        *sources: object,
        run_input: object = None,
        environ: Mapping[str, str] | None = None,
        masks: bool | None = None,
    ) -> None:
        self.masks = limits.mask if masks is None else masks
        self._pattern: SecretPattern | None = None
        if not self.masks:
            return
        found = find_secrets(sources)
        around = find_secrets([os.environ if environ is None else environ, run_input])
        found.update(each for each in around if not is_common(each))
        if found:
            self._pattern = SecretPattern({form for each in found for form in spellings(each)})

    def text(self, text: str) -> str:
        """Mask every secret in a complete text."""
        if self._pattern is None:
            return text
        out: list[str] = []
        at = 0
        for start, end in self._pattern.spans(text):
            out += (text[at:start], MASK)
            at = end
        return "".join([*out, text[at:]]) if out else text

    def stream_mask(self) -> StreamMask | None:
        """Make a mask for one text that arrives in pieces; None if there are no secrets."""
        return None if self._pattern is None else StreamMask(self._pattern)
