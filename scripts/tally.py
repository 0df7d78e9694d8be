"""Count the results of the parts of a test run, and summarize them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass
class Outcome:
    """What one part of the run came to.

    Attributes:
        part: The part's name.
        passed: Tests passed.
        failed: Tests failed; a part that broke down without a failing test counts one.
        skipped: Tests skipped.
        seconds: How long it took.
        note: What is to be said about it, if anything.
        broken: Names of what does not work and does not count as failed.
    """

    part: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""
    broken: list[str] = field(default_factory=list)

    def ran(self, code: int, report: Path | None = None) -> None:
        """Count a program that has ended.

        A program counts as one failure if it fails without a failing test, or if it runs no
        test at all.

        Args:
            code: Its exit code.
            report: The JUnit file that it was to write; None if it is itself the test.
        """
        if report is None:
            self.passed += code == 0
            self.failed += code != 0
            return
        passed, failed, skipped = read(report) if report.is_file() else (0, 0, 0)
        self.passed += passed
        self.skipped += skipped
        self.failed += failed
        if not passed + failed:
            self.failed += 1
            self.note = "no test ran"
        elif code and not failed:
            self.failed += 1
            self.note = f"ended with exit code {code}"


def read(report: Path) -> tuple[int, int, int]:
    """Count the tests in a JUnit file.

    Args:
        report: The file.

    Returns:
        How many passed, failed and were skipped.
    """
    passed = failed = skipped = 0
    # The file was written a moment ago by our own test runner.
    for case in ET.parse(report).iter("testcase"):  # noqa: S314
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
        elif "skipped" in kinds:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def failures(report: Path) -> list[str]:
    """Name the tests in a JUnit file that failed.

    Args:
        report: The file.

    Returns:
        Names such as `tests.test_run.test_usage[sync]`.
    """
    return [
        ".".join(filter(None, (case.get("classname"), case.get("name"))))
        for case in ET.parse(report).iter("testcase")  # noqa: S314 - as above
        if {child.tag for child in case} & {"failure", "error"}
    ]


def summary(outcomes: Iterable[Outcome]) -> tuple[str, bool]:
    """Write the summary.

    Args:
        outcomes: Of every part.

    Returns:
        The summary, whose last line is `N passed, N failed, N skipped`, and whether all
        went well.
    """
    outcomes = list(outcomes)
    width = max((len(outcome.part) for outcome in outcomes), default=0)
    lines = ["", "Summary"]
    for outcome in outcomes:
        word = "FAILED" if outcome.failed else "BROKEN" if outcome.broken else "ok"
        lines.append(
            f"  {outcome.part:<{width}}  {word:<6}  {outcome.passed:>5} passed  "
            f"{outcome.failed:>3} failed  {outcome.skipped:>3} skipped  "
            f"{outcome.seconds:>6.1f} s  {outcome.note}".rstrip()
        )
    for outcome in outcomes:
        if outcome.broken:
            lines += ["", f"{outcome.part}: {len(outcome.broken)} broken, not counted as failed:"]
            lines += [f"  {name}" for name in outcome.broken]
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    lines += ["", f"{passed} passed, {failed} failed, {skipped} skipped"]
    return "\n".join(lines), bool(passed) and not failed
