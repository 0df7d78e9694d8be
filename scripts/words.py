"""Check that what people read is in plain English: no banned word, short sentences.

`python -m scripts.words` checks the files in `READ`, and fails if one has a word that
`scripts.banned_words` lists. `python -m scripts.words PATH …` checks these files and folders
instead. `--long` also shows the sentences of more than 25 words: advice, which fails nothing.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scripts import prose
from scripts.banned_words import ALLOWED, BANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent

READ = (
    "*.md",
    "docs/*.md",
    "docs/*.yml",
    "notebooks/**/*.ipynb",
    "notebooks/**/*.py",
    "notebooks/**/*.mjs",
    "pyproject.toml",
    "dev.py",
    "bench/**/*",
    "js/*",
    "js/build/**/*",
    "js/src/**/*",
    "js/tests/**/*",
    "lg_notebook/**/*",
    "scripts/**/*",
    "tests/**/*",
)
"""What is checked unless paths are named."""

_IGNORED = {
    "banned_words.py": "lists the words",
    "test_words.py": "plants banned words, to see the check refuse them",
    "fixtures": "are golden logs",
    "promises": "change with the faults that they describe",
    "options.md": "is generated from lg_notebook/core/run_options.py",
    "events.gen.ts": "is generated from lg_notebook/events.py",
    "node_modules": "belongs to others",
    "static": "is built",
    ".ipynb_checkpoints": "belongs to Jupyter",
}
"""Files and folders that are not checked, each with the reason."""

LONGEST = 25
"""Words in a sentence, at most."""


class Offence(NamedTuple):
    """Something to reword."""

    path: Path
    line: int
    words: str
    instead: str

    def __str__(self) -> str:
        """Where it is, what is wrong, and what to do."""
        place = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{place.as_posix()}:{self.line}: {self.words!r}: {self.instead}"


def _pattern(words: str) -> re.Pattern[str]:
    """Match whole words, also across a line break."""
    return re.compile(rf"\b(?:{words})\b".replace(" ", r"\s+"), re.IGNORECASE)


_BANNED = [(_pattern(words), instead) for words, instead in BANNED.items()]
_ALLOWED = [_pattern(words) for words in ALLOWED]


def banned(path: Path) -> list[Offence]:
    """Find the banned words in a file.

    Args:
        path: A file with one of `prose.SUFFIXES`.

    Returns:
        One offence per word, in the order of the lines.
    """
    found = []
    for first, text in prose.read(path):
        rest = text
        for allowed in _ALLOWED:
            rest = allowed.sub(prose.overwrite, rest)
        for pattern, instead in _BANNED:
            for match in pattern.finditer(rest):
                line = first + rest.count("\n", 0, match.start())
                found.append(Offence(path, line, " ".join(match[0].split()), f"write {instead}"))
    return sorted(found)


def long(path: Path) -> list[Offence]:
    """Find the sentences of a file that have too many words; code does not count.

    Args:
        path: A file with one of `prose.SUFFIXES`.

    Returns:
        One offence per sentence, in the order of the lines.
    """
    found = []
    for first, text in prose.read(path):
        end = 0
        # A sentence ends at a full stop, an empty line, a list's item or a table's cell.
        for match in re.finditer(r"[.!?]\s+|\n\s*(?:\n|[-*] |\d+\. )|\||```\w*|\Z", text):
            sentence = text[end : match.start()]
            words = [word for word in re.findall(r"\S*\w\S*", sentence) if prose.CODE not in word]
            if len(words) > LONGEST:
                line = first + text.count("\n", 0, end + len(sentence) - len(sentence.lstrip()))
                start = " ".join(sentence.split()[:6]) + " …"
                found.append(Offence(path, line, start, f"split its {len(words)} words"))
            end = match.end()
    return found


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """List the files to check.

    Args:
        paths: Files and folders; none for those in `READ`.

    Yields:
        The files below them of a kind that can be read.
    """
    wanted = [file for pattern in READ for file in sorted(ROOT.glob(pattern))]
    if paths:
        wanted = [
            file.resolve()
            for path in paths
            for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        ]
    for file in wanted:
        if file.suffix in prose.SUFFIXES and _IGNORED.keys().isdisjoint(file.parts):
            yield file


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what to reword.

    Args:
        arguments: The command line's, if not from there.

    Returns:
        1 if there is a banned word, else 0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="files and folders, else those in READ")
    parser.add_argument("--long", action="store_true", help="also show long sentences")
    parser.add_argument("--count", action="store_true", help="only count the words of each file")
    chosen = parser.parse_args(arguments)
    total = 0
    for file in files(chosen.paths):
        found = banned(file)
        total += len(found)
        if chosen.count:
            if found:
                print(f"{len(found):5} {file}")
            continue
        for offence in [*found, *(long(file) if chosen.long else [])]:
            print(offence)
    if total:
        print(f"{total} banned words: reword them (the list is in scripts/banned_words.py).")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
