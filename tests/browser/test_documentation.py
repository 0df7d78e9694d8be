"""The documentation site, opened from disk."""

import pytest


@pytest.mark.parametrize("start", ["index.html", "notebooks/05-agents.html"])
def test_it_is_searched_from_disk(new_page, site, start):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto((site / start).as_uri())
    page.get_by_role("textbox", name="Search").press_sequentially("nbmake")
    page.locator(".md-search-result__link", has_text="nbmake").first.click()
    page.wait_for_url("**/docs/testing.html**")

    assert [url for url in asked if not url.startswith("file:")] == []
