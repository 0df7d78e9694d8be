"""The workflow's own logic: a run that tested nothing, or broke down, is no success."""

import os
import sys
from pathlib import Path

import pytest

from scripts import chromium, environment, frontend, interpreter, tally, workspace

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
    running = "{}.{}".format(*sys.version_info)

    assert interpreter.find_python(running) == sys.executable
    assert interpreter.find_python("2.0") is None
    assert interpreter.version(os.devnull) is None


def test_what_was_done_is_done_again_only_when_its_inputs_change(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment.Environment, "run", lambda _, *words: ran.append(words) or 0)
    (tmp_path / ".venv").mkdir()
    project = tmp_path / "pyproject.toml"
    ran = []

    for text in ("one", "one", "two"):
        project.write_text(text)
        environment.Environment(".venv").install(".[test]", "pytest")

    assert [words[-3:] for words in ran] == [("-e", ".[test]", "pytest")] * 2


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
