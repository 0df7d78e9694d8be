import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

/** Imports a style sheet as text, minified. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const { code } = await transform(css, { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/**
 * Bundle an entry point, with everything that it imports, into one file.
 *
 * @param {string} entry path of the entry point, in `js`
 * @param {"esm" | "iife"} format of the file
 * @param {string} [highlighter] hash of the highlighter's file that the code may load
 * @returns {Promise<{text: string, inputs: string[]}>} the file's text, and the paths of the
 *   modules in it
 */
export async function bundle(entry, format, highlighter) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    bundle: true,
    charset: "utf8",
    define: highlighter ? { HIGHLIGHTER_BUILD: JSON.stringify(highlighter) } : {},
    entryPoints: [entry],
    format,
    legalComments: "none",
    metafile: true,
    minify: true,
    outdir: ".",
    plugins: [styles],
    target: "es2022",
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { text: outputFiles[0].text, inputs: inputs.map(([path]) => path) };
}
