"""`python -m scripts.gallery [NAME …]`: pictures of all runs, or of those named, on one page."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from scripts.gallery.exhibits import EXHIBITS, ROOMS
from scripts.gallery.page import page
from scripts.gallery.pictures import take

_FOLDER = Path(__file__).resolve().parents[2] / "test-results" / "gallery"


def main() -> None:
    """Make the gallery and say where it is."""
    parser = argparse.ArgumentParser(prog="python dev.py gallery", description=__doc__)
    names = [each.name for each in EXHIBITS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where to write the page")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"no such run: {', '.join(sorted(unknown))}")
    chosen = [each for each in EXHIBITS if not given.names or each.name in given.names]
    folder: Path = given.folder
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    files = {each: folder / "runs" / f"{each.name}.html" for each in chosen}
    for exhibit, file in files.items():
        exhibit.make().to_html(file)
    taken = {}
    for exhibit, pictures in take(folder, files):
        taken[exhibit] = pictures
        print(f"{exhibit.name}: {len(pictures)} pictures", flush=True)
    index = folder / "index.html"
    index.write_text(page(ROOMS, taken), encoding="utf-8")
    size = sum(file.stat().st_size for file in folder.glob("*.webp"))
    print(f"{len(taken)} runs, {size:,} bytes of pictures, {time.monotonic() - began:.0f} s")
    print(index)


if __name__ == "__main__":
    main()
