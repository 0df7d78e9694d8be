import { readFile } from "node:fs/promises";

/**
 * Cut marked down to its lexer: a fifth of it is HTML output, which must not happen here,
 * and which no bundler can tell to be unused.
 *
 * @param {string} source text of marked's ES module
 * @returns {string} a module that exports `Lexer` alone
 */
export function lexerOnly(source) {
  const exported = (name) =>
    new RegExp(`[{,]([\\w$]+) as ${name}[,}]`).exec(source)?.[1]?.replaceAll("$", "\\$");
  const [lexer, renderer] = [exported("Lexer"), exported("Renderer")];
  // The modules follow each other as they depend on each other: output comes after input.
  const end = source.search(new RegExp(`var ${renderer}=class`));
  const start = source.search(new RegExp(`var ${lexer}=class`));
  if (!lexer || !renderer || start === -1 || end < start) {
    throw new Error("marked is not built as it was: look at js/build/lexer.mjs.");
  }
  return `${source.slice(0, end)}export{${lexer} as Lexer};\n`;
}

/** The esbuild plugin that does so. */
export const lexerPlugin = {
  name: "lexer",
  setup(build) {
    build.onLoad({ filter: /marked\.esm\.js$/ }, async ({ path }) => ({
      contents: lexerOnly(await readFile(path, "utf8")),
      loader: "js",
    }));
  },
};
