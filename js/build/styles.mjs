import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { transform } from "esbuild";

/**
 * Write what style sheets say all the time as one letter, as their bytes count in each
 * notebook; `src/view/style.ts` reads it back.
 *
 * @param {string} css minified
 */
function shortened(css) {
  if (/[$^]/.test(css))
    throw new Error("Style sheets cannot hold $ or ^: see js/build/styles.mjs.");
  return css.replaceAll("var(--lgn-", "$").replaceAll(".lgn-", "^");
}

/** The esbuild plugin that brings style sheets in as minified text. */
export const stylesPlugin = {
  name: "styles",
  setup(build) {
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace("?inline", "")),
      namespace: "style",
    }));
    build.onLoad({ filter: /.*/, namespace: "style" }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
      });
      return { contents: shortened(code.trim()), loader: "text", watchFiles: [path] };
    });
  },
};
