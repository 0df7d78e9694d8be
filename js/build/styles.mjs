import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { transform } from "esbuild";

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
      return { contents: code.trim(), loader: "text", watchFiles: [path] };
    });
  },
};
