"""Tell the user's own code from libraries."""

from __future__ import annotations

import os
import re
import sysconfig
from typing import Any

_LIBRARIES = tuple(
    {sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)
_INSTALLED = re.compile(r"[\\/](?:site|dist)-packages[\\/]")
_PACKAGES = re.compile(
    r"(?:langgraph|langchain\w*|langsmith|lg_notebook|IPython|ipykernel)(?:\.|$)"
)


def is_library(file: str, module: Any) -> bool:
    """Whether a frame belongs to a library, not to the user's own code.

    Args:
        file: Name of the code's file.
        module: Name of its module, if it is known.
    """
    return (
        file.startswith(("<frozen ", "<string>", *_LIBRARIES))
        or _INSTALLED.search(file) is not None
        or (isinstance(module, str) and _PACKAGES.match(module) is not None)
    )
