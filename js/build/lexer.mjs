import { readFile } from "node:fs/promises";

/** Options that are never anything else here, so that what they switch off can go. */
const FIXED = {
  "this.options.pedantic": "false",
  "this.options.breaks": "false",
  "this.options.silent": "false",
  "this.options.gfm": "true",
  "this.options.extensions": "null",
  "this.options.hooks": "null",
};

/**
 * Take a set of rules out that only the pedantic option would choose.
 *
 * @param {string} source the lexer
 * @param {RegExp} begin how the set's definition begins, up to its brace
 */
function withoutRules(source, begin) {
  const found = begin.exec(source);
  if (!found) throw new Error("marked has other rules than it had: look at js/build/lexer.mjs.");
  let end = found.index + found[0].length;
  for (let depth = 1; depth > 0; end += 1) {
    if (source[end] === "{") depth += 1;
    else if (source[end] === "}") depth -= 1;
  }
  return `${source.slice(0, found.index)}${found[1]}={}${source.slice(end)}`;
}

/**
 * Cut marked down to its lexer: a fifth of it is HTML output, which must not happen here,
 * and which no bundler can tell to be unused; another part is for options that are not used.
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
  let slim = source.slice(0, end);
  for (const [option, value] of Object.entries(FIXED)) slim = slim.replaceAll(option, value);
  slim = withoutRules(slim, /\b([\w$]+)=\{\.\.\.[\w$]+,html:/);
  slim = withoutRules(slim, /\b([\w$]+)=\{\.\.\.[\w$]+,emStrongLDelim:[\w$]+,emStrongRDelimAst:/);
  return `${slim}export{${lexer} as Lexer};\n`;
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
