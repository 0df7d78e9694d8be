"""`python -m lg_notebook.demo install`: install the demo model's weights."""

import sys

from lg_notebook.demo import main

sys.exit(main())
