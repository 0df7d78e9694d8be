import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { build } from "esbuild";
import { stylesPlugin } from "./styles.mjs";

/**
 * The esbuild plugin that builds the second file, and tells the others which it is: the
 * hash of its content is in their `src/lazy/buildHash.ts` and at its own end.
 *
 * @param {string} here the folder with `src`
 * @param {object} options esbuild's, for all files alike
 * @param {(extra: {hash: string, text: string, inputs: string[]}) => void} built
 *   is told what was built
 */
export function extraPlugin(here, options, built) {
  return {
    name: "extra",
    setup(outer) {
      outer.onLoad({ filter: /[\\/]src[\\/]lazy[\\/]buildHash\.ts$/ }, async () => {
        const { outputFiles, metafile } = await build({
          ...options,
          entryPoints: [resolve(here, "src/entries/lazy.ts")],
          format: "esm",
          plugins: [stylesPlugin],
        });
        const code = outputFiles[0].text;
        const hash = createHash("sha256").update(code).digest("hex").slice(0, 16);
        const inputs = Object.keys(metafile.inputs);
        built({ hash, text: `${code}export const build="${hash}";\n`, inputs });
        return {
          contents: `export const EXTRA = "${hash}";`,
          watchFiles: inputs.map((path) => resolve(here, path)),
        };
      });
    },
  };
}
