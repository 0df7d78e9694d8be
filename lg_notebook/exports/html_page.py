"""Export a run as one HTML file with the interactive view, which needs no server."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import pathlib
from typing import TYPE_CHECKING

from lg_notebook.exceptions import MissingFileError
from lg_notebook.model.run_state import data_of
from lg_notebook.render import static_html
from lg_notebook.render.mime_bundle import identity, stored
from lg_notebook.storage.whole_file import write

if TYPE_CHECKING:
    import os

    from lg_notebook.model.run_state import RunState

_SCRIPT = pathlib.Path(__file__).parent.parent / "static" / "page.js"

_STYLE = """\
html { color-scheme: light dark; background: Canvas; color: CanvasText; }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; font-family: system-ui, sans-serif; }
#run .lgn-scroller { max-height: calc(100vh - 6.5rem); }
@media print { body { max-width: none; padding: 0; } }
"""

# The page loads nothing and sends nothing. Its only script is the one written here, which
# colours code in a worker made of its own text. Styles may be inline, because the view sets
# sizes: no output of a model ever becomes a style.
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
{static_face}
</noscript>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def to_html(run: RunState, path: str | os.PathLike[str] | None = None) -> str:
    """Export a run as a self-contained HTML page.

    Args:
        run: The run.
        path: A file to write the page to; None for no file.

    Returns:
        The page. Its content security policy forbids every request and every other script.
        Output of models is only data in it. Without scripts it shows the static face.

    Raises:
        MissingFileError: The front end is not built.
        OSError: The file cannot be written.
    """
    if not _SCRIPT.is_file():
        msg = "The front end is not built: run `python dev.py build` in the source checkout."
        raise MissingFileError(msg)
    script = _SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    log = data_of(run).log
    data = json.dumps(stored([run], identity(run), limit=log.characters() + log.media()))
    page = _PAGE.format(
        policy=_POLICY.format(hash=digest),
        title=html.escape(f"{run.graph or 'Run'}: {run.status}"),
        style=_STYLE,
        static_face=static_html.to_html(run),
        data=_inert(data),
        script=script,
    )
    if path is not None:
        write(path, [page.encode()])
    return page


def _inert(data: str) -> str:
    """Escape JSON, so that an HTML parser finds no end of a script in it."""
    return data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
