/** Parses code into pieces: keywords, strings, comments, … */
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** A piece of code, and its colour: one of the `syntax-` classes in `style.css`, or none. */
export type Piece = readonly [text: string, syntax: string];

const LANGUAGES = {
  bash,
  cpp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  json,
  kotlin,
  makefile,
  markdown,
  python,
  rust,
  shell,
  sql,
  typescript,
  xml,
  yaml,
};

/** Names without a grammar of their own. */
const ALIASES = {
  typescript: ["javascript", "js", "jsx", "mjs", "cjs"],
  cpp: ["c", "h"],
  css: ["scss", "less"],
  python: ["py3", "python3", "pycon"],
  json: ["jsonl", "ndjson"],
  sql: ["postgresql", "sqlite", "mysql"],
};

/** The colours of the grammars' scopes; a more exact scope goes first. */
const SYNTAX = new Map(
  Object.entries({
    keyword: "keyword selector-tag template-tag operator variable.language",
    string: "string regexp code link",
    number: "number literal symbol bullet char",
    comment: "comment quote",
    type: "type built_in class title.class title.class.inherited",
    name: "title name section selector-id selector-class function",
    attribute: "attr attribute property variable template-variable params.attr doctag",
    meta: "meta",
    added: "addition",
    removed: "deletion",
    strong: "strong",
    emphasis: "emphasis",
  }).flatMap(([syntax, scopes]) =>
    scopes.split(" ").map((scope): [string, string] => [scope, syntax]),
  ),
);

/** The colour of a scope; a scope without one has the colour of `outer`. */
function syntaxOf(scope: string, outer: string): string {
  // An expression in a string is code again.
  if (scope === "subst") return "";
  return SYNTAX.get(scope) ?? SYNTAX.get(scope.split(".", 1)[0] ?? "") ?? outer;
}

/** Collects the highlighter's output as pieces: it never writes HTML. */
class Pieces {
  readonly all: Piece[] = [];
  readonly #inks = [""];

  addText(text: string): void {
    if (!text) return;
    const syntax = this.#inks.at(-1) ?? "";
    const last = this.all.at(-1);
    if (last?.[1] === syntax) this.all[this.all.length - 1] = [last[0] + text, syntax];
    else this.all.push([text, syntax]);
  }

  openNode(scope: string): void {
    this.#inks.push(syntaxOf(scope, this.#inks.at(-1) ?? ""));
  }

  closeNode(): void {
    this.#inks.pop();
  }

  startScope(scope: string): void {
    this.openNode(scope);
  }

  endScope(): void {
    this.closeNode();
  }

  __addSublanguage(inner: Pieces): void {
    this.all.push(...inner.all);
  }

  finalize(): void {}

  toHTML(): string {
    return "";
  }
}

for (const [name, grammar] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, grammar);
for (const [languageName, names] of Object.entries(ALIASES)) {
  hljs.registerAliases(names, { languageName });
}
hljs.configure({ __emitter: Pieces as never });

/** The names of all languages. */
export function languageNames(): string[] {
  return hljs
    .listLanguages()
    .flatMap((name) => [name, ...(hljs.getLanguage(name)?.aliases ?? [])])
    .concat(...Object.values(ALIASES));
}

/**
 * Parse code into coloured pieces. It can take minutes, because the grammars' expressions
 * backtrack: never call it on the page's own thread.
 *
 * @param code - the code, which may break off anywhere
 * @param language - a name of its language
 * @returns the code in pieces, or null if the language is not known or the code defeats
 *   the highlighter
 */
export function readCode(code: string, language: string): Piece[] | null {
  if (!hljs.getLanguage(language)) return null;
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  const { all } = result._emitter as unknown as Pieces;
  const whole = all.reduce((length, [text]) => length + text.length, 0) === code.length;
  return whole && !result.errorRaised ? all : null;
}
