"""What nbconvert makes of a notebook, read in a browser by day and by night."""

import pytest

from tests import converted
from tests.browser.notebook import RESULTS

ENOUGH = 4.5
"""Contrast of text that is easy to read (WCAG 2, level AA)."""

CONTRASTS = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const over = (front, back, alpha) => front.map((value, at) => value * alpha + back[at] * (1 - alpha));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const rows = [];
  for (const section of document.querySelectorAll(".jp-OutputArea-output section")) {
    const walk = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.textContent.trim();
      if (!text || !walk.currentNode.parentElement.checkVisibility()) continue;
      let back = null;
      let alpha = 1;
      for (let at = walk.currentNode.parentElement; at && !back; at = at.parentElement) {
        const style = getComputedStyle(at);
        alpha *= Number(style.opacity);
        const [r, g, b, a = 1] = parts(style.backgroundColor);
        if (a === 1) back = [r, g, b];
      }
      back ??= [255, 255, 255];
      const [r, g, b] = parts(getComputedStyle(walk.currentNode.parentElement).color);
      const [one, other] = [light(over([r, g, b], back, alpha)), light(back)];
      rows.push([text.slice(0, 40), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)]);
    }
  }
  return rows;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_is_easy_to_read(new_page, tmp_path, theme):
    file = tmp_path / "converted.html"
    file.write_text(converted.page(converted.executed(), theme), encoding="utf-8")
    page = new_page(color_scheme=theme)
    # nbconvert's own page asks a network for fonts and formulas; there is none for it here.
    page.route("http*://**", lambda route: route.abort())

    page.goto(file.as_uri(), wait_until="domcontentloaded")
    rows = page.evaluate(CONTRASTS)

    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"converted-{theme}.png", full_page=False)
    assert len(rows) > 50
    assert [row for row in rows if row[1] < ENOUGH] == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
