r"""For nbval: ignore the texts of runs whose models answer differently each time.

In nbval's strict mode, outputs of lg_notebook compare equal if the models give the same answers:
the demo model, fake models or a cassette. For other models, this module names a file that
removes the texts of runs from the comparison, and nothing else.

The file also serves notebooks with `--background` that JupyterLab has saved. Their outputs show
the ended run, but nbval sees the output at the end of the cell.

```text
pytest --nbval --nbval-sanitize-with "$(python -m lg_notebook.sanitizer)" notebooks
```
"""

from __future__ import annotations

import sys
from pathlib import Path

PATH = Path(__file__).with_name("nbval-sanitize.cfg")
"""The file, in nbval's format."""

if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
