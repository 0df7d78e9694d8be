/**
 * Builds the front end into lg_notebook/static: the anywidget, and the MIME renderer as a
 * prebuilt JupyterLab extension. With --watch, anew whenever a source changes.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";
import { putExtension } from "./build/labextension.mjs";
import { lexerPlugin } from "./build/lexer.mjs";
import { licences } from "./build/licences.mjs";
import { stylesPlugin } from "./build/styles.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const statics = resolve(here, "../lg_notebook/static");
const project = await readFile(resolve(here, "../pyproject.toml"), "utf8");
const version = /^version = "([^"]+)"/m.exec(project)?.[1];
if (!version) throw new Error("pyproject.toml has no version.");

/** Write a file so that no reader ever sees a part of it. */
async function put(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const writePlugin = {
  name: "write",
  setup(build) {
    build.onEnd(async ({ outputFiles: [file] = [], metafile, errors }) => {
      if (errors.length > 0 || !file) return;
      const legal = await licences(here, Object.keys(metafile.inputs));
      if (file.path.endsWith("widget.js")) {
        await put(join(statics, "widget.js"), file.text);
        await put(join(statics, "third-party-licenses.txt"), legal);
      } else {
        await putExtension(join(statics, "labextension"), file.text, legal, version, put);
      }
      process.stdout.write(`${file.path.split(/[\\/]/).at(-1)}: ${file.contents.length} bytes\n`);
    });
  },
};

const shared = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  minify: true,
  outdir: statics,
  plugins: [stylesPlugin, lexerPlugin, writePlugin],
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
