import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Lexer } from "marked";
import { expect, test } from "vitest";
import { lexerOnly } from "../../build/lexer.mjs";
import { packed, stylesPlugin } from "../../build/styles.mjs";

/** The front end's folder, wherever the tests are started. */
const JS = join(dirname(fileURLToPath(import.meta.url)), "../..");

const TEXT = `# A *b* \`c\`

para [l](https://a.b "t") ![i](https://a.b/i.png) <b>x</b> &amp; \\* https://c.d a@b.c ~~no~~
two  
lines **bold _both_** [ref] [^1]

[ref]: https://e.f 'title'

> quote
> - nested
>
> \`\`\`js
> x
> \`\`\`

1. one
2. two

   loose
- [x] task
- [ ] open

| a | b |
|:-:|--:|
| 1 | \`|\` |

    indented

<div>
html
</div>

---
Setext
===
`;

test("the lexer that is built in reads as the whole of marked does", async () => {
  const require = createRequire(import.meta.url);
  const home = dirname(require.resolve("marked/package.json"));
  const source = lexerOnly(await readFile(join(home, "lib", "marked.esm.js"), "utf8"));
  const slim = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const read = (lexer: typeof Lexer) => JSON.stringify(new lexer({ gfm: true }).lex(TEXT));
  expect(read(slim.Lexer)).toBe(read(Lexer));
  expect(Object.keys(slim)).toEqual(["Lexer"]);
});

test("a marked that is built in another way stops the build", () => {
  expect(() => lexerOnly("export{a as Lexer}")).toThrow(/build\/lexer/);
});

test.each(["src/view/theme/style.css", "src/view/theme/transcript.css"])(
  "%s unpacks to what was packed",
  async (path) => {
    const css = await readFile(join(JS, path), "utf8");
    const { text, used } = packed(css);
    const unpacked = used.reduce((all, [letter, phrase]) => all.replaceAll(letter, phrase), text);
    expect(unpacked).toBe(css);
    expect(text.length).toBeLessThan(css.length * 0.8);
  },
);

test("a text that says nothing twice stays as it is", () => {
  expect(packed("a{b:c}")).toEqual({ text: "a{b:c}", used: [] });
});

test("the second file has no signals of its own: those of the first would not reach it", async () => {
  const { metafile } = await build({
    entryPoints: [join(JS, "src/entries/lazy.ts")],
    bundle: true,
    format: "esm",
    metafile: true,
    plugins: [stylesPlugin],
    treeShaking: true,
    write: false,
  });
  const [bundle] = Object.values(metafile.outputs);
  const used = Object.entries(bundle?.inputs ?? {}).filter(
    ([, { bytesInOutput }]) => bytesInOutput,
  );
  expect(used.map(([path]) => path).filter((path) => path.includes("signals"))).toEqual([]);
});
