"""An exported page, looked at as text; `browser/test_page.py` opens it."""

import json
import re
from html.parser import HTMLParser

import pytest

from lg_notebook import Run
from lg_notebook.exports import html_page
from lg_notebook.wire.decoder import decode
from tests.golden import NAMES, golden


@pytest.mark.parametrize("name", NAMES)
def test_holds_the_run(name):
    run = Run.from_events(golden(name)["events"])

    text = run.to_html()

    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text)
    again = Run.from_events(decode(json.loads(data)["runs"]))
    assert [m.text for m in again.messages] == [m.text for m in run.messages]
    assert json.loads(data)["cut"] is None


class Scripts(HTMLParser):
    """Counts the script elements of a page."""

    found = 0

    def handle_starttag(self, tag, attrs):
        self.found += tag == "script"


def test_nothing_in_the_data_ends_the_script():
    events = golden("joke")["events"]
    events[0]["graph"] = "</script><script>alert(1)</script><!-- & -->"
    scripts = Scripts()

    scripts.feed(Run.from_events(events).to_html())

    assert scripts.found == 2


def test_its_own_script_may_run_and_no_other():
    text = Run.from_events(golden("joke")["events"]).to_html()

    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_writes_the_file(tmp_path):
    run = Run.from_events(golden("joke")["events"])

    text = run.to_html(tmp_path / "run.html")

    assert (tmp_path / "run.html").read_text(encoding="utf-8") == text


def test_a_front_end_that_is_not_built_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(html_page, "_SCRIPT", tmp_path / "page.js")

    with pytest.raises(FileNotFoundError, match=r"python dev\.py build"):
        Run().to_html()
