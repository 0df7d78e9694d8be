"""A run as one HTML file: the whole interactive view, without a server or a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import pathlib
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import MissingFileError
from lg_notebook.model.filters import Filters
from lg_notebook.model.run_state import data_of
from lg_notebook.render.mime_bundle import stored
from lg_notebook.render.static_html import to_html

if TYPE_CHECKING:
    from lg_notebook.model.run_state import RunState

_SCRIPT = pathlib.Path(__file__).parent.parent / "static" / "page.js"

_STYLE = """\
html { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; font-family: system-ui, sans-serif; }
#run .lgn-scroller { max-height: calc(100vh - 6.5rem); }
@media print { body { max-width: none; padding: 0; } }
"""

# Nothing is loaded and nothing sent; the one script is the one that was written here, which
# colours code in a worker that it makes of its own text. Style may be inline, since the view
# sets sizes: no output of a model ever becomes style.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{hash}'; worker-src blob:; style-src 'unsafe-inline';"
    " img-src data: blob:; media-src data: blob:; base-uri 'none'; form-action 'none'"
)

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main id="run"></main>
<noscript>
{twin}
</noscript>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def to_page(run: RunState, identity: dict[str, Any]) -> str:
    """A run as a self-contained HTML page.

    Args:
        run: The run.
        identity: What else the view needs: `uid`, `graph`, `filters`, `form`.

    Returns:
        The page. Its content security policy forbids every request, and every script but its
        own; what models wrote is data in it. Without scripts it shows the static view.

    Raises:
        FileNotFoundError: The front end is not built.
    """
    if not _SCRIPT.is_file():
        msg = "The front end is not built: run `python dev.py build` in the source checkout."
        raise MissingFileError(msg)
    script = _SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    log = data_of(run).log
    data = json.dumps(stored([run], identity, limit=log.characters() + log.media()))
    return _PAGE.format(
        policy=_POLICY.format(hash=digest),
        title=html.escape(f"{run.graph or 'Run'}: {run.status}"),
        style=_STYLE,
        twin=to_html(run, Filters()),
        data=_inert(data),
        script=script,
    )


def _inert(data: str) -> str:
    """JSON that no HTML parser finds the end of a script in."""
    return data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
