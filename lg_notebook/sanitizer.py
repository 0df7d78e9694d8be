r"""For nbval: where a run's words may differ from time to time, as a hosted model's do.

In nbval's strict mode the outputs of lg_notebook compare equal as long as the models say the
same: with the demo model, fake models or a cassette. Where they may say something else, the
file that this module names takes what a run said out of the comparison, and nothing else. It
also serves notebooks with `--background` that JupyterLab has saved: there the cell's output
holds the run as it ended, where nbval sees what stood there when the cell ended.

```text
pytest --nbval --nbval-sanitize-with "$(python -m lg_notebook.sanitizer)" notebooks
```
"""

from __future__ import annotations

import sys
from pathlib import Path

PATH = Path(__file__).with_name("nbval-sanitize.cfg")
"""The file, in the form that nbval reads."""

if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
