"""Fixtures for tests of several folders."""

import shutil

import pytest

from tests.kernels import Kernel


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Give the kernels of a failed test away, so that the next test gets new ones."""
    report = yield
    if report.failed:
        for value in item.funcargs.values():
            if isinstance(value, Kernel):
                value.give_away()
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The documentation site: the folder that it was built into."""
    for name in ("mkdocs", "material", "mkdocs_jupyter", "mkdocstrings"):
        pytest.importorskip(name, reason="the site needs the docs extra")
    from scripts import documentation  # noqa: PLC0415 - needs no extra, but is of use only here

    folder = tmp_path_factory.mktemp("site")
    assert documentation.build(folder) == 0
    yield folder
    shutil.rmtree(folder)
