"""The workflow's own logic: a run that tested nothing, or broke down, is not a success."""

import importlib.metadata
import os
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts import (
    chromium,
    environment,
    frontend,
    installer,
    interpreter,
    parts,
    pins,
    tally,
    workspace,
)
from tests.kernels import kernel

RUNNING = "{}.{}".format(*sys.version_info)

CASES = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure>no</failure></testcase>
<testcase name="d"><error>no</error></testcase>
<testcase name="e"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path):
    def write(text):
        file = tmp_path / "report.xml"
        file.write_text(text)
        return file

    return write


def test_a_report_is_counted(report):
    assert tally.read(report(CASES)) == (2, 2, 1)


@pytest.mark.parametrize(
    ("code", "text", "failed"),
    [
        (0, "<testsuite><testcase name='a'/></testsuite>", 0),
        # It broke down after its tests had passed.
        (3, "<testsuite><testcase name='a'/></testsuite>", 1),
        # No test, or only skipped ones.
        (0, "<testsuite/>", 1),
        (5, "<testsuite/>", 1),
        (0, "<testsuite><testcase name='a'><skipped/></testcase></testsuite>", 1),
        # Failures are counted by themselves.
        (1, CASES, 2),
    ],
)
def test_a_program_that_ran_tests_is_judged_by_report_and_exit_code(report, code, text, failed):
    outcome = tally.Outcome("part")
    outcome.ran(code, report(text))

    assert outcome.failed == failed


def test_a_program_without_a_report_of_tests_has_failed(tmp_path):
    outcome = tally.Outcome("part")
    outcome.ran(0, tmp_path / "missing.xml")

    assert (outcome.failed, outcome.note) == (1, "no test ran")


def test_the_summary_ends_with_the_plain_line():
    left_out = tally.Outcome("3.10", note="left out: no Python 3.10")
    text, well = tally.summary([tally.Outcome("python", 4, 0, 2), left_out])

    assert text.splitlines()[-1] == "4 passed, 0 failed, 2 skipped"
    assert "left out" in text
    assert well
    assert not tally.summary([tally.Outcome("python", 4, 1)])[1]
    assert not tally.summary([left_out])[1]


def test_pythons_are_found_by_version():
    assert interpreter.find_python(RUNNING) == sys.executable
    assert interpreter.find_python("2.0") is None
    assert interpreter.version(os.devnull) is None


def test_what_breaks_on_the_newest_versions_is_named_and_fails_nothing(report):
    newest = tally.Outcome("newest", 4, broken=[*tally.failures(report(CASES)), "mypy"])
    text, well = tally.summary([newest])

    assert well
    assert text.splitlines()[-1] == "4 passed, 0 failed, 0 skipped"
    assert "newest  BROKEN" in text
    assert "3 broken, not counted as failed:\n  c\n  d\n  mypy\n" in text


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder with an empty environment and pinned versions for this Python."""
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(pins, "FOLDER", tmp_path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / f"{RUNNING}.txt").touch()
    return tmp_path


def test_what_was_done_is_done_again_only_when_its_inputs_change(project, monkeypatch):
    ran = []
    monkeypatch.setattr(installer, "install", lambda *words, **more: ran.append((*words, more)))
    pinned = project / f"{RUNNING}.txt"

    for file in (pinned, project / "pyproject.toml"):
        for text in ("one", "one", "two"):
            file.write_text(text)
            environment.Environment(".venv").install(".[test]", "pytest")
    environment.Environment(".venv").install(".[test]", "pytest", fresh=True)

    assert [words[1:3] for words in ran] == [((".[test]", "pytest"), pinned)] * 4 + [
        ((".[test]", "pytest"), None)
    ]
    assert [words[-1]["fresh"] for words in ran] == [False] * 4 + [True]


def test_pip_installs_where_uv_fails_and_the_log_tells_why_both_did(project, monkeypatch, capsys):
    uv = project / "uv"
    uv.write_text("#!/bin/sh\necho uv has no index; exit 1\n")
    uv.chmod(0o755)
    monkeypatch.setattr(installer, "find_uv", lambda _: uv)
    monkeypatch.setattr(installer, "_has_own_index", lambda _: False)
    monkeypatch.setattr(
        environment.Environment, "python", property(lambda self: self.folder / "python")
    )
    python = project / ".venv" / "python"
    python.write_text(
        f'#!/bin/sh\necho "pip $@ $PIP_CONSTRAINT" > {project}/said\nexit $(cat {project}/code)\n'
    )
    python.chmod(0o755)
    (project / "code").write_text("0")
    environment.Environment(".venv").install("package")

    pinned = str(project / f"{RUNNING}.txt")
    said = (project / "said").read_text().split()
    assert (said[0], said[-2:]) == ("pip", ["package", pinned])
    assert f"-c {pinned}" in " ".join(said)
    assert "install.log" in capsys.readouterr().out
    (project / "code").write_text("1")
    with pytest.raises(RuntimeError, match="other could not be installed") as caught:
        environment.Environment(".venv").install("other")
    assert "uv has no index" in str(caught.value)


@pytest.mark.parametrize("line", ["global.index-url='x'", ":env:.index-url='x'"])
def test_an_index_of_pips_own_is_left_to_pip(tmp_path, line):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho \"global.cert='y'\n{line}\"\n")
    python.chmod(0o755)
    assert installer._has_own_index(python)
    python.write_text("#!/bin/sh\necho \"global.extra-index-url='x'\"\n")
    assert not installer._has_own_index(python)


def pinned(name, python):
    """The versions in a constraint file for a Python, by name."""
    lines = pins.find(name).read_text().splitlines()
    found = [Requirement(line) for line in lines if not line.startswith("#")]
    assert not any(each.url for each in found)
    return {
        each.name: str(each.specifier).removeprefix("==")
        for each in found
        if each.marker is None or each.marker.evaluate(python)
    }


def python(minor):
    return {"python_version": minor, "python_full_version": f"{minor}.9"}


@pytest.mark.parametrize("minor", pins.PYTHONS)
def test_every_requirement_of_the_project_is_pinned(minor):
    versions = pinned(minor, python(minor))
    for text in importlib.metadata.requires("lg-notebook"):
        asked = Requirement(text)
        extras = ("", "demo", "dev", "docs", "pytest", "test")
        if asked.name != "lg-notebook" and (
            asked.marker is None
            or any(asked.marker.evaluate({**python(minor), "extra": each}) for each in extras)
        ):
            assert asked.specifier.contains(versions[asked.name]), f"run dev.py lock: {text}"


@pytest.mark.parametrize("made", pins.all_pins(), ids=lambda made: made.name)
def test_what_other_environments_ask_for_is_pinned(made):
    versions = pinned(made.name, python(made.oldest))
    for text in made.requirements:
        if not text.startswith("."):
            asked = Requirement(text)
            assert asked.specifier.contains(versions[asked.name]), f"run dev.py lock: {text}"


def test_the_tests_that_parts_choose_are_there():
    for name in (*parts.KERNEL_TESTS, *parts.NEWEST_TESTS):
        assert (workspace.ROOT / name).exists()


@pytest.mark.kernel
def test_a_kernel_that_is_given_away_is_replaced():
    with kernel("first = 1") as ip:
        ip.client.execute("import time\ntime.sleep(1000)")
        ip.give_away()
        assert ip.value("first") == "1"


def test_an_old_node_is_no_node(tmp_path, monkeypatch):
    for name, words in (("node", "echo v18.19.0"), ("npm", "exit 0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{words}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(frontend, "_packaged", lambda _: None)

    assert frontend.find_node() is None


def test_without_chromium_the_way_to_it_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(chromium.NoChromiumError, match="apt-get install chromium"):
        chromium.require()
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert chromium.find() == sys.executable


def test_the_workspace_is_this_checkout():
    assert Path(__file__).parent.parent.parent == workspace.ROOT
