"""The prose of a file: what people read in it, with the code overwritten.

Prose is Markdown, the text cells of notebooks, comments, docstrings, and string literals of two
words or more. Names in backticks are code, and so are blocks of code, except for their comments.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

CODE = "\N{MIDDLE DOT}"
"""Replaces each character that is not prose, so that line numbers stay right."""

_STRING_GAP = r"""["']\s*\n\s*[rRfFbBuU]{0,2}["']|\\[nt]"""
"""Between the parts of a string that is written in several lines, and escapes."""

_TYPESCRIPT = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
    |(?<=[=(,:;!&|?{}\[\n>])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/""",
    re.VERBOSE | re.DOTALL,
)
"""Comments, strings, and regular expressions, which may contain the quotes of a string."""


def overwrite(match: re.Match[str]) -> str:
    """Overwrite a match, but for its white space."""
    return re.sub(r"\S", CODE, match[0])


def _code(pattern: str, text: str) -> str:
    return re.sub(pattern, overwrite, text, flags=re.MULTILINE | re.DOTALL)


def _blank(pattern: str, text: str) -> str:
    """Replace what a pattern matches by spaces, but for line feeds."""
    return re.sub(
        pattern,
        lambda match: re.sub(r"[^\n]", " ", match[0]),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def _only(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Keep some spans of a text, each in the form to read; overwrite the rest."""
    parts, end = [], 0
    for start, stop, prose in sorted(spans):
        parts += [re.sub(r"\S", CODE, text[end:start]), prose]
        end = stop
    return "".join([*parts, re.sub(r"\S", CODE, text[end:])])


def _markdown(text: str) -> str:
    def block(match: re.Match[str]) -> str:
        if match["language"] == "text":
            return match[0]
        comments = re.finditer(r"(?:^|\s)(?:#|//) [^\n]*", match[0])
        return _only(match[0], [(*each.span(), each[0]) for each in comments])

    text = re.sub(r"^```(?P<language>\w*)\n.*?^```", block, text, flags=re.MULTILINE | re.DOTALL)
    text = _code(r"`[^`\n]+`|(?<=\])\([^)\n]*\)", text)
    return _blank(r"\*\*|^#+ ", text)


def _python(text: str) -> str:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    spans = []
    for node in _strings(ast.parse(text)):
        # Columns are counted in bytes.
        start, stop = (
            starts[row - 1] + len(lines[row - 1].encode()[:column].decode())
            for row, column in (
                (node.lineno, node.col_offset),
                (node.end_lineno or node.lineno, node.end_col_offset or 0),
            )
        )
        prose = _blank(_STRING_GAP, text[start:stop])
        if isinstance(node, ast.JoinedStr):
            prose = _code(r"\{[^{}]*\}", prose)
        if re.search(r"\w\s+\w", prose):
            spans.append((start, stop, prose))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            start = starts[token.start[0] - 1] + token.start[1]
            spans.append((start, start + len(token.string), " " + token.string[1:]))
    return _code(r"`[^`\n]+`", _only(text, spans))


def _strings(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The outermost string literals."""
    if isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    ):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _strings(child)


def _typescript(text: str) -> str:
    spans = []
    for match in _TYPESCRIPT.finditer(text):
        if match["comment"]:
            words = _blank(r"\A/[/*]+|^\s*\*+", match[0])
        elif match["string"] and re.search(r"\w\s+\w", match[0]):
            words = _code(r"\$\{[^{}]*\}", _blank(r"\A.|.\Z", match[0]))
        else:
            continue
        spans.append((*match.span(), _code(r"`[^`\n]+`", words)))
    return _only(text, spans)


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """The cells of a notebook, each with the file's line at which it begins."""
    notebook = json.loads(text)
    end = 0
    language = notebook["metadata"].get("kernelspec", {}).get("language")
    for cell in notebook["cells"]:
        source: list[str] = cell["source"]
        if not source:
            continue
        start = text.index(json.dumps(source[0], ensure_ascii=False), end)
        end = start + len(source[0])
        written = "".join(source)
        if cell["cell_type"] == "markdown":
            prose = _markdown(written)
        elif language == "typescript":
            prose = _typescript(written)
        else:
            comments = re.finditer(r"(?:^|\s)# [^\n]*", written)
            prose = _only(written, [(*each.span(), each[0]) for each in comments])
        yield text.count("\n", 0, start) + 1, prose


_READERS: dict[str, Callable[[str], str]] = {
    ".md": _markdown,
    ".py": _python,
    ".ts": _typescript,
    ".mjs": _typescript,
    ".css": _typescript,
    ".toml": lambda text: _blank(r"`[^`\n]+`|^\s*#", text),
    ".yml": lambda text: _blank(r"^\s*#", text),
}


SUFFIXES = {".ipynb", *_READERS}
"""The kinds of files that can be read."""


def read(path: Path) -> Iterator[tuple[int, str]]:
    """Read the prose of a file.

    Args:
        path: A file with one of the `SUFFIXES`.

    Yields:
        Parts of it: the line at which one begins, and its text with the code overwritten.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        yield from _cells(text)
    else:
        yield 1, _READERS[path.suffix](text)
