"""`python -m lg_notebook.deno`: print the address of the module for Deno notebooks.

Deno imports by address. The module is in this package beside the widget's code, so that both
always have the same version. Experimental, like Deno's own kernel.
"""

from __future__ import annotations

import pathlib

from lg_notebook.exceptions import MissingFileError

_MODULE = pathlib.Path(__file__).parent / "static" / "deno.js"


def address() -> str:
    """Return the address to import in a Deno notebook.

    Returns:
        A `file:` URL.

    Raises:
        MissingFileError: The front end is not built, in a source checkout.

    Example:
        >>> address()
        'file:///…/lg_notebook/static/deno.js'
    """
    if not _MODULE.is_file():
        msg = "The front end is not built: run `python dev.py build` in the source checkout."
        raise MissingFileError(msg)
    return _MODULE.as_uri()


if __name__ == "__main__":
    print(address())  # noqa: T201 - a command prints its result
