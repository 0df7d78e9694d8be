"""Which cells become awaited ones: those that are the magic, and nothing else."""

import pytest

from lg_notebook.notebook.await_magic import Awaiter
from lg_notebook.notebook.magics import AWAITED
from tests.shells import shell


@pytest.fixture
def made():
    with shell() as made:
        awaiter = Awaiter(made.ip)
        awaiter.register()
        yield made.ip, awaiter
        awaiter.unregister()


@pytest.mark.parametrize(
    "cell",
    [
        "%%lgstream graph\n{'a': 1}",
        "%%lgstream graph --as x\n'''%%lgstream'''",
        "%lgstream graph 1",
        "%lgstream graph {'a': 1} --quiet\n",
        "\n\n%lgstream graph 'lgstream'",
    ],
)
def test_awaited(made, cell):
    ip, _ = made
    code = ip.transform_cell(cell)

    assert code.lstrip().startswith("await get_ipython().run_")
    assert code.count(repr(AWAITED)) == 1


def test_the_body_is_not_touched(made):
    ip, _ = made
    body = "x = 'lgstream'\nget_ipython().run_cell_magic('lgstream', '', 'x')\n"
    code = ip.transform_cell(f"%%lgstream graph 'lgstream'\n{body}")

    call = code.removeprefix("await ").replace(repr(AWAITED), "'lgstream'")
    assert call == "get_ipython().run_cell_magic('lgstream', " + repr("graph 'lgstream'") + ", " + (
        repr(body) + ")\n"
    )


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\n%lgstream graph 1",
        "%%capture\nget_ipython().run_cell_magic('lgstream', 'graph', '1')",
        "x = 1\n%lgstream graph 1",
        "%lgstream graph 1\nx = 1",
        "run = %lgstream graph 1",
        "if True:\n    %lgstream graph 1",
        "'%%lgstream graph'",
        "%%lgstreams graph\n1",
        "%%lgstream graph\n",
        "%%lgstream graph",
        "lgstream = (",
        "",
    ],
)
def test_left_alone(made, cell):
    ip, _ = made

    assert "await" not in ip.transform_cell(cell)


def test_not_without_autoawait(made):
    ip, _ = made
    ip.autoawait = False

    assert "await" not in ip.transform_cell("%lgstream graph 1")


def test_not_within_a_running_cell(made):
    ip, _ = made
    ip.user_ns["seen"] = []
    ip.run_cell("seen.append(get_ipython().transform_cell('%lgstream graph 1'))")

    assert "await" not in ip.user_ns["seen"][0]
    assert "await" in ip.transform_cell("%lgstream graph 1")


def test_cells_that_fail_are_counted_out(made, capsys):
    ip, _ = made
    for cell in ("1 / 0", "(", "raise KeyboardInterrupt", ""):
        ip.run_cell(cell)

    assert "await" in ip.transform_cell("%lgstream graph 1")
