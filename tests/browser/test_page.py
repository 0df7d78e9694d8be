"""An exported page: the whole view from a file on disk, which asks nobody for anything."""

import pytest

from lg_notebook import Run
from tests.golden import golden

HOSTILE = (
    "</script><script>alert(1)</script><img src=http://evil.test/a.png onerror=alert(2)>"
    "<!--<script> ![x](http://evil.test/b.png) [go](javascript:alert(3))"
)
PLACE = {"ns": [], "task": None, "node": HOSTILE, "step": None}


def spoken(text):
    start = {"type": "message-start", "seq": 1, "t": 0, **PLACE, "message": 0, "id": None,
             "role": "ai", "name": None, "origin": "streamed", "of": None, "tool_call_id": None,
             "metadata": {HOSTILE: HOSTILE}}  # fmt: skip
    return Run.from_events([
        {"type": "run-start", "seq": 0, "t": 0, **PLACE, "graph": HOSTILE, "input": HOSTILE,
         "started_at": 0.0},
        start,
        *({"type": "delta", "seq": n + 2, "t": n, **PLACE, "message": 0, "block": 0, "kind": "text",
           "text": piece} for n, piece in enumerate(text)),
        {"type": "run-end", "seq": len(text) + 2, "t": 9, **PLACE, "status": "done", "error": None,
         "duration": 9, "state": HOSTILE},
    ])  # fmt: skip


@pytest.fixture
def opened(browser, tmp_path):
    contexts = []

    def open_run(run, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("dialog", lambda dialog: page.trouble.append(dialog.message))
        page.on("console", lambda message: page.trouble.append(message.text))
        # A blob is in the page's own memory: of the script, for its worker.
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith(("file:", "blob:")) or page.trouble.append(asked.url)
            ),
        )
        path = tmp_path / "run.html"
        run.to_html(path)
        page.goto(path.as_uri())
        return page

    yield open_run
    for context in contexts:
        context.close()


def test_shows_the_whole_view_without_a_network(opened):
    run = Run.from_events(golden("agent")["events"])
    page = opened(run)

    page.get_by_text(run.text().splitlines()[-1]).first.wait_for()
    # The sidebar describes the selected message.
    page.locator("article").first.get_by_role("button").first.click()
    words = page.locator("aside").inner_text()
    assert words
    assert not page.get_by_role("button", name="Stop").is_visible()
    assert page.trouble == []


def test_code_is_coloured_from_the_same_file(opened):
    page = opened(spoken(["```python\n", "def f():\n    return 'x'\n", "```\n"]))

    page.locator("pre .lgn-syntax-keyword", has_text="def").first.wait_for()
    assert page.locator("pre").first.inner_text().startswith("def f():")
    assert page.trouble == []


def test_what_models_write_stays_text(opened):
    page = opened(spoken([*HOSTILE]))

    page.get_by_text("alert(1)").first.wait_for()
    page.wait_for_timeout(300)
    assert page.locator("main script, main img, main iframe, main [onerror]").count() == 0
    assert page.locator("script").count() == 2
    assert page.trouble == []


def test_without_scripts_it_shows_the_static_view(opened):
    run = Run.from_events(golden("joke")["events"])
    page = opened(run, java_script_enabled=False)

    assert run.text() in page.locator("body").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follows_the_readers_colours(opened, scheme):
    page = opened(Run.from_events(golden("joke")["events"]), color_scheme=scheme)

    page.locator("article").first.wait_for()
    brightness = page.evaluate(
        "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)[0]"
    )
    assert (brightness > 128) == (scheme == "light")


def test_fits_a_telephone(opened):
    page = opened(
        Run.from_events(golden("agent")["events"]), viewport={"width": 360, "height": 700}
    )

    page.locator("article").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
