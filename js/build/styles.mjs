import { resolve } from "node:path";
import { build } from "esbuild";

/** Letters that may stand for a phrase: one byte each, and then two. */
const LETTERS = [...Array(95).keys()]
  .map((at) => String.fromCharCode(32 + at))
  .concat([...Array(64).keys()].map((at) => String.fromCharCode(192 + at)))
  .filter((letter) => !'"\\`$'.includes(letter));
/** Words that a phrase may have at most. */
const WORDS = 14;

/** How often each phrase occurs in a text. */
function phrases(text) {
  const words = text.match(/[\w-]+|[^\w-]/g) ?? [];
  const counts = new Map();
  for (let from = 0; from < words.length; from += 1) {
    let phrase = "";
    for (const word of words.slice(from, from + WORDS)) {
      phrase += word;
      counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * Pack a style sheet: what it says again and again becomes a letter that is not in it. Its
 * bytes count in each notebook, and a third of them go.
 *
 * @param {string} css minified
 * @returns {{text: string, used: [letter: string, phrase: string][]}} the rest, and what to
 *   put into it, in this order
 */
export function packed(css) {
  let text = css;
  const used = [];
  for (const letter of LETTERS) {
    if (css.includes(letter)) continue;
    const size = Buffer.byteLength(letter);
    let best = "";
    let most = 0;
    for (const [phrase, count] of phrases(text)) {
      // What it saves, less its entry in the list.
      const saved = (count - 1) * (phrase.length - size) - 2 * size - 3;
      if (saved > most) [most, best] = [saved, phrase];
    }
    if (most === 0) break;
    text = text.replaceAll(best, letter);
    used.unshift([letter, best]);
  }
  return { text, used };
}

const known = new Map();

/** A style sheet as a module that unpacks it. */
function module(css) {
  if (!known.has(css)) {
    const { text, used } = packed(css);
    const list = JSON.stringify(used.map(([letter, phrase]) => letter + phrase));
    const unpack = "(css, entry) => css.replaceAll(entry[0], entry.slice(1))";
    known.set(css, `export default ${list}.reduce(${unpack}, ${JSON.stringify(text)});`);
  }
  return known.get(css);
}

/** The esbuild plugin that brings a style sheet in as text, with what it imports. */
export const stylesPlugin = {
  name: "styles",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace("?inline", "")),
      namespace: "style",
    }));
    onLoad({ filter: /.*/, namespace: "style" }, async ({ path }) => {
      const options = { bundle: true, minify: true, write: false, metafile: true };
      const { outputFiles, metafile } = await build({ entryPoints: [path], ...options });
      const watchFiles = Object.keys(metafile.inputs).map((input) => resolve(input));
      return { contents: module(outputFiles[0].text.trim()), loader: "js", watchFiles };
    });
  },
};
