"""Walk over the objects that a graph's nodes can reach: closures, globals, attributes."""

from __future__ import annotations

import contextlib
import functools
import os
import types
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_notebook.graphs.graph import with_subgraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 8
_MOST = 20_000
"""Objects to visit at most; a usual graph has some hundreds."""

_WIDEST = 100
"""Items of one container to visit at most."""

_LEAVES = (
    str, bytes, bytearray, int, float, bool, type(None), type, types.ModuleType,
    types.BuiltinFunctionType, types.CodeType,
)  # fmt: skip

_HOST = {"IPython", "ipykernel", "zmq", "tornado", "ipywidgets", "anywidget", "lg_notebook"}
"""Packages whose objects refer to the kernel's loop without being bound to it."""

_INSTALLED = (str(Path(os.__file__).parent), "site-packages", "dist-packages")
"""Parts of the paths of code that is not the user's own."""


def package_of(thing: Any) -> str:
    """Return the name of the package that defines an object's class.

    Args:
        thing: Any object.

    Example:
        >>> package_of(asyncio.Lock())
        'asyncio'
    """
    return type(thing).__module__.partition(".")[0]


def reachable(graph: Any) -> Iterator[Any]:
    """Iterate over the objects that a graph's nodes can reach, nearest first.

    Args:
        graph: A graph (see `as_graph.as_graph`).

    Yields:
        The objects, without repetitions.
    """
    seen: set[int] = set()
    now: list[Any] = []
    for each in with_subgraphs(graph):
        nodes = getattr(each, "nodes", None)
        now += nodes.values() if isinstance(nodes, Mapping) else ()
        branches = getattr(getattr(each, "builder", None), "branches", {})
        now += [branch for group in branches.values() for branch in group.values()]
    for _ in range(_DEEPEST):
        new: list[Any] = []
        for thing in now:
            if isinstance(thing, _LEAVES) or id(thing) in seen or len(seen) >= _MOST:
                continue
            seen.add(id(thing))
            if package_of(thing) in _HOST:
                continue
            yield thing
            new += _neighbours(thing)
        now = new


def _neighbours(thing: Any) -> Iterator[Any]:
    if isinstance(thing, types.FunctionType):
        yield from _names(thing)
    elif isinstance(thing, types.MethodType):
        yield thing.__self__
        yield thing.__func__
    elif isinstance(thing, functools.partial):
        yield thing.func
        yield from thing.args
        yield from thing.keywords.values()
    elif isinstance(thing, Mapping):
        yield from islice(thing.values(), _WIDEST)
    elif isinstance(thing, (list, tuple, set, frozenset)):
        yield from islice(thing, _WIDEST)
    else:
        # Without the object's own `__getattribute__`, which may do anything.
        try:
            yield from list(object.__getattribute__(thing, "__dict__").values())
        except AttributeError:
            return


def _names(function: types.FunctionType) -> Iterator[Any]:
    """List the objects that a function may use: its closure, defaults and named globals."""
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # the cell is still empty
            yield cell.cell_contents
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    yield getattr(function, "__wrapped__", None)
    codes = [function.__code__]
    if any(place in function.__code__.co_filename for place in _INSTALLED):
        return
    while codes:
        code = codes.pop()
        for name in code.co_names:
            if name in function.__globals__:
                yield function.__globals__[name]
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
