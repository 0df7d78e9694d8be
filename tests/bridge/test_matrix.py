"""Every way of writing an async graph streams the same on every Python."""

from __future__ import annotations

import pytest

from tests import matrix
from tests.graphs.async_zoo import CASES


@pytest.mark.parametrize("name", CASES)
async def test_the_log_is_that_of_a_python_that_needs_no_bridge(name):
    entry = CASES[name]
    if entry.lacks:
        pytest.skip(f"needs {entry.lacks}")
    assert await matrix.record(entry) == matrix.expected()[name]


def test_the_matrix_is_complete():
    assert len(CASES) >= 36
    assert matrix.expected().keys() >= {name for name, entry in CASES.items() if not entry.lacks}
