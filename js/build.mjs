/**
 * Builds the front end into lg_notebook/static: the anywidget, and the MIME renderer as a
 * prebuilt JupyterLab extension. With --watch, anew whenever a source changes.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { context, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const statics = resolve(here, "../lg_notebook/static");
const extension = join(statics, "labextension");
const NAME = "lg-notebook";

/** Style sheets come in as minified text. */
const styles = {
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

async function version() {
  const project = await readFile(resolve(here, "../pyproject.toml"), "utf8");
  const found = /^version = "([^"]+)"/m.exec(project)?.[1];
  if (!found) throw new Error("pyproject.toml has no version.");
  return found;
}

/** Write a file so that no reader ever sees a part of it. */
async function put(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** The renderer with the files that JupyterLab reads first; its name tells its content. */
async function putExtension(code) {
  const file = `renderer.${createHash("sha256").update(code).digest("hex").slice(0, 16)}.js`;
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  await rm(join(extension, "static"), { recursive: true, force: true });
  await put(join(extension, "static", file), code);
  const build = { load: `static/${file}`, mimeExtension: "./mimeExtension" };
  const manifest = {
    name: NAME,
    version: await version(),
    description: "Shows the runs of LangGraph graphs that a notebook holds",
    license: "MIT",
    jupyterlab: { mimeExtension: true, _build: build },
  };
  await put(join(extension, "package.json"), json(manifest));
  await put(
    join(extension, "install.json"),
    json({
      packageManager: "python",
      packageName: NAME,
      uninstallInstructions: `Use your Python package manager (pip, conda, …) to uninstall ${NAME}`,
    }),
  );
}

const outputs = {
  name: "outputs",
  setup(build) {
    build.onEnd(async ({ outputFiles, errors }) => {
      if (errors.length > 0) return;
      for (const { path, text } of outputFiles ?? []) {
        if (path.endsWith("widget.js")) await put(join(statics, "widget.js"), text);
        else await putExtension(text);
        process.stdout.write(`${path.split(/[\\/]/).at(-1)}  ${Buffer.byteLength(text)} bytes\n`);
      }
    });
  },
};

const shared = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  minify: true,
  outdir: statics,
  plugins: [styles, outputs],
  target: "es2022",
  write: false,
};
const builds = await Promise.all([
  context({ ...shared, entryPoints: { widget: "src/index.ts" }, format: "esm" }),
  context({ ...shared, entryPoints: { renderer: "src/renderer.ts" }, format: "iife" }),
]);
if (process.argv.includes("--watch")) {
  await Promise.all(builds.map((build) => build.watch()));
} else {
  for (const build of builds) {
    await build.rebuild();
    await build.dispose();
  }
}
