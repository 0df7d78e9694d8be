import { describe, expect, test } from "vitest";
import { languageNames, readCode } from "../../src/highlight/highlighter";
import { isColoured } from "../../src/highlight/languages";

const SAMPLES: { [language: string]: string } = {
  python: '@cached\ndef f(x: int) -> str:\n    return f"{x + 1} items"  # why\n',
  js: `const a = \`x \${1 + b}\`; // no\nclass A extends B {}\n`,
  tsx: "const x: Foo<string> = <b onClick={() => 1}>hi</b>;\n",
  json: '{"a": [1, true, null, "x"]}\n',
  bash: 'for f in *.txt; do echo "$f" | wc -l; done\n',
  sql: "SELECT name, count(*) FROM t WHERE x = 'a' GROUP BY 1; -- why\n",
  html: '<!doctype html><p class="a">x &amp; y<script>let a = 1</script><style>b{color:red}</style>',
  css: "@media (width > 1px) { .a:hover { color: #fff } }\n",
  yaml: "a:\n  - b: 1 # x\n",
  markdown: "# T\n\n**b** `c` [l](https://x.y)\n",
  java: 'public class A { @Override int f() { return "x".length(); } }\n',
  c: '#include <stdio.h>\nint main(void) { printf("%d", 1); }\n',
  "c++": "template<class T> auto f(T&& x) { return std::move(x); }\n",
  go: "func main() { x := []int{1} }\n",
  rust: "fn f<'a>(x: &'a str) -> Option<u8> { None }\n",
  kotlin: 'val x = "a $b" // z\n',
  diff: "--- a\n+++ b\n-old\n+new\n",
  dockerfile: "FROM a\nRUN b\n",
  toml: '[a]\nb = "c"\n',
  make: "all: a\n\techo $(X)\n",
  console: "$ ls -l\n",
};

describe.each(Object.entries(SAMPLES))("%s", (language, code) => {
  test("keeps the text, however much of it has come", () => {
    for (let end = 0; end <= code.length; end += 1) {
      const part = code.slice(0, end);
      expect(
        readCode(part, language)
          ?.map(([text]) => text)
          .join(""),
      ).toBe(part);
    }
  });

  test("has colours", () => {
    const colours = new Set(readCode(code, language)?.map(([, colour]) => colour));
    expect(colours.size).toBeGreaterThan(1);
    expect(isColoured(language)).toBe(true);
  });
});

test("an expression in a template is code again", () => {
  const pieces = readCode(`\`a \${b} c\``, "js");
  expect(pieces?.filter(([, colour]) => colour === "string").map(([text]) => text)).toEqual([
    "`a ",
    " c`",
  ]);
});

test("names that are the prototype's are not languages", () => {
  for (const name of ["", "constructor", "__proto__", "toString", "brainf"]) {
    expect(isColoured(name)).toBe(false);
    expect(readCode("x", name)).toBeNull();
  }
});

test("the names that a view knows are those of the highlighter", () => {
  const missing = languageNames().filter((name) => !isColoured(name));
  expect(missing).toEqual([]);
  const unknown = ["python", "jsx", "H", "SQLite", "ndjson", "docker"];
  for (const name of unknown) expect(readCode("x", name)).not.toBeNull();
});
