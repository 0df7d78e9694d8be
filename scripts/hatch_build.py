"""The package's build hook: build the front end if it is not built.

So `pip install .` works in a clean clone. An sdist has the built files, and needs no Node.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Builds run with the project's root as the working folder, not on the import path.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import frontend


class FrontEndHook(BuildHookInterface[Any]):
    """Builds `lg_notebook/static` if it is missing."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Name what this build needs beyond hatchling: Node, unless the machine has it."""
        if frontend.is_built() or frontend.find_node():
            return []
        return [frontend.NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the front end, or stop with one sentence that says why not.

        Args:
            version: What is being built (`standard` or `editable`).
            build_data: Hatchling's, left as it is.
        """
        del version, build_data
        if frontend.is_built():
            return
        node = frontend.find_node()
        if node is None:
            self.app.abort(str(frontend.NoNodeError()))
            return
        try:
            frontend.install(node)
            frontend.build(node)
        except (subprocess.CalledProcessError, RuntimeError) as problem:
            self.app.abort(f"The front end could not be built: {problem}")
