"""Write the page with all pictures."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from scripts.gallery.pictures import THEMES, WIDTHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scripts.gallery.exhibit import Exhibit
    from scripts.gallery.pictures import Picture

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lg_notebook: gallery</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 1rem; font: 15px/1.5 system-ui, sans-serif; }}
nav, form {{ display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: .6rem 0; }}
fieldset {{ display: flex; gap: 1rem; border: 0; padding: 0; margin: 0; }}
form {{ position: sticky; top: 0; padding: .4rem 0; background: Canvas; z-index: 1; }}
h3 {{ margin: 2rem 0 0; }}
p {{ margin: .1rem 0 .6rem; opacity: .8; }}
section > div {{ display: flex; gap: 10px; align-items: start; overflow-x: auto; }}
img {{ display: block; border: 1px solid #8886; height: auto; }}
{hidden}
</style>
</head>
<body>
<h1>Gallery</h1>
<p>{count} runs, in {themes} and {widths} pixels wide. <code>python dev.py gallery</code> makes this page.</p>
<nav aria-label="Runs">{links}</nav>
<form>{choices}</form>
<main>
{rooms}
</main>
</body>
</html>
"""


def page(rooms: Mapping[str, Sequence[Exhibit]], taken: Mapping[Exhibit, Sequence[Picture]]) -> str:
    """Write the page.

    Args:
        rooms: The exhibits, by heading.
        taken: The pictures of each exhibit.

    Returns:
        HTML, which has no scripts and finds the pictures and the exported runs beside it.
    """
    kinds = {"t": [theme.name for theme in THEMES], "w": [f"{width}" for width in WIDTHS]}
    hidden = "\n".join(
        f"body:has(#{key}-{value}:not(:checked)) .{key}-{value} {{ display: none; }}"
        for key, values in kinds.items()
        for value in values
    )
    choices = "".join(
        f"<fieldset>{''.join(_choice(key, value) for value in values)}</fieldset>"
        for key, values in kinds.items()
    )
    shown = {name: [each for each in room if each in taken] for name, room in rooms.items()}
    every = [each for room in shown.values() for each in room]
    return _PAGE.format(
        count=len(every),
        themes=", ".join(kinds["t"]),
        widths=", ".join(kinds["w"]),
        hidden=hidden,
        links="".join(f'<a href="#{each.name}">{each.name}</a>' for each in every),
        choices=choices,
        rooms="\n".join(
            f"<h2>{html.escape(name)}</h2>\n" + "\n".join(_exhibit(e, taken[e]) for e in room)
            for name, room in shown.items()
            if room
        ),
    )


def _choice(key: str, value: str) -> str:
    wanted = " checked" if value not in {"contrast", "1400"} else ""
    return f'<label><input type="checkbox" id="{key}-{value}"{wanted}> {value}</label>'


def _exhibit(exhibit: Exhibit, pictures: Sequence[Picture]) -> str:
    images = "".join(
        f'<a href="{each.file}" class="t-{each.theme} w-{each.width}"><img loading="lazy" '
        f'src="{each.file}" width="{each.size[0]}" height="{each.size[1]}" '
        f'alt="{exhibit.name}, {each.theme}, {each.width} pixels"></a>'
        for each in pictures
    )
    return (
        f'<section id="{exhibit.name}"><h3>{exhibit.name} '
        f'<small><a href="runs/{exhibit.name}.html">open</a></small></h3>'
        f"<p>{html.escape(exhibit.look)}</p><div>{images}</div></section>"
    )
