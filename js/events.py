"""Generate `src/protocol/events.gen.ts` from the event vocabulary in `lg_notebook.events`.

    python js/events.py          # write the file
    python js/events.py --check  # exit 1 if it differs from what would be written

It works on the module's source, not on the imported package, so that it runs in any
Python from 3.10 on without the package's dependencies.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "lg_notebook" / "events.py"
TARGET = HERE / "src" / "protocol" / "events.gen.ts"

HEADER = """\
// Generated from lg_notebook/events.py by js/events.py. Change that module, not this file.
// biome-ignore-all format: generated
"""

WIDTH = 92
SCALARS = {"int": "number", "float": "number", "str": "string", "bool": "boolean"}
PAYLOAD = "null | boolean | number | string | Payload[] | { [key: string]: Payload }"


def comment(text: str, indent: str = "") -> str:
    """Turn a docstring into a TSDoc comment, one line where it fits."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) == 1 and len(lines[0]) > WIDTH:
        lines = textwrap.wrap(lines[0], WIDTH)
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def sections(doc: str) -> tuple[str, dict[str, str]]:
    """Split a docstring into its text and the descriptions under `Attributes:`."""
    text, _, rest = doc.partition("Attributes:")
    found = re.findall(r"^\s*(\w+): (.*(?:\n(?!\s*\w+: ).*)*)", rest, flags=re.MULTILINE)
    return text.strip(), {name: re.sub(r"\s+", " ", body).strip() for name, body in found}


def typescript(node: ast.expr) -> str:
    """Translate a type expression."""
    match node:
        case ast.Name(id=name):
            text = SCALARS.get(name, name)
        case ast.Constant(value=None):
            text = "null"
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            text = f"{typescript(left)} | {typescript(right)}"
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choice):
            values = choice.elts if isinstance(choice, ast.Tuple) else [choice]
            text = " | ".join(literal(value) for value in values)
        case ast.Subscript(value=ast.Name(id="NotRequired"), slice=inner):
            text = typescript(inner)
        case ast.Subscript(value=ast.Name(id="list"), slice=inner):
            text = f"{typescript(inner)}[]"
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, value])):
            text = f"{{ [key: {typescript(key)}]: {typescript(value)} }}"
        case _:
            message = f"{SOURCE.name}:{node.lineno}: no TypeScript for {ast.unparse(node)}"
            raise SystemExit(message)
    return text


def literal(node: ast.expr) -> str:
    """Translate one value of a `Literal`."""
    text = ast.unparse(node)
    return '"' + text[1:-1] + '"' if text.startswith("'") else text


def interface(node: ast.ClassDef) -> str:
    """Translate a TypedDict."""
    doc, attributes = sections(ast.get_docstring(node) or "")
    parents = [base.id for base in node.bases if isinstance(base, ast.Name)]
    extends = " extends " + ", ".join(parents) if parents and parents != ["TypedDict"] else ""
    out = comment(doc) if doc else ""
    out += f"export interface {node.name}{extends} {{\n"
    for field in node.body:
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        name, annotation = field.target.id, field.annotation
        optional = ast.unparse(annotation).startswith("NotRequired[")
        out += comment(attributes[name], "  ") if name in attributes else ""
        out += f"  {name}{'?' if optional else ''}: {typescript(annotation)};\n"
    return out + "}\n"


def alias(node: ast.AnnAssign, doc: str) -> str:
    """Translate a `Name: TypeAlias = …`."""
    name = ast.unparse(node.target)
    if node.value is None:
        message = f"{SOURCE.name}:{node.lineno}: {name} has no value"
        raise SystemExit(message)
    body = PAYLOAD if name == "Payload" else typescript(node.value)
    return (comment(doc) if doc else "") + f"export type {name} = {body};\n"


def generate(source: str) -> str:
    """Translate the module.

    Args:
        source: Text of `lg_notebook/events.py`.

    Returns:
        The TypeScript module's text.
    """
    body = ast.parse(source).body
    parts = [HEADER]
    for at, node in enumerate(body):
        if isinstance(node, ast.ClassDef):
            parts.append(interface(node))
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
            after = body[at + 1] if at + 1 < len(body) else None
            doc = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                doc = str(after.value.value)
            parts.append(alias(node, doc))
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` compare it."""
    wanted = generate(SOURCE.read_text(encoding="utf-8"))
    if "--check" in arguments:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == wanted:
            return 0
        print(f"{TARGET.name} is not what {SOURCE.name} says: run `python js/events.py`.")
        return 1
    TARGET.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
