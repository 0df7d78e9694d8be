/** Names of the languages that the highlighter knows, as written after a fence. */
const COLOURED = new Set(
  (
    "bash sh zsh shell console shellsession py python python3 py3 pycon gyp ipython " +
    "js javascript jsx mjs cjs ts typescript tsx mts cts json jsonc json5 jsonl ndjson " +
    "yaml yml ini toml sql postgresql sqlite mysql html xml xhtml svg rss atom css scss less " +
    "md markdown mkdown mkd java jsp kotlin kt kts ktm ktx go golang rust rs c h cpp cc c++ h++ " +
    "hpp hh hxx cxx diff patch dockerfile docker makefile make mk mak " +
    "xjb xsd xsl plist wsf"
  ).split(" "),
);

/** Whether the highlighter knows a language. */
export function isColoured(language: string): boolean {
  return COLOURED.has(language.toLowerCase());
}
