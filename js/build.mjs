/**
 * Builds the front end into lg_notebook/static: the anywidget, the MIME renderer as a
 * prebuilt JupyterLab extension, the second file that both load on demand, the script of
 * exported pages, and the module for Deno notebooks. With --watch, anew whenever a source changes.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";
import { extraPlugin } from "./build/extra.mjs";
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

/** Bytes that the widget may have: it is copied into the state of every one. */
const LIMIT = 120_000;

/** What both bundles are built with. */
const common = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  minify: true,
  outdir: statics,
  target: "es2022",
  write: false,
};

/** A bundle's way to its files; it knows the second file that belongs to it. */
function bundle(entryPoints, format, write) {
  let extra;
  const writePlugin = {
    name: "write",
    setup(build) {
      build.onEnd(async ({ outputFiles: [file] = [], metafile, errors }) => {
        if (errors.length > 0 || !file) return;
        const inputs = [...Object.keys(metafile.inputs), ...(extra?.inputs ?? [])];
        await write(file.text, extra, await licences(here, inputs));
        const name = file.path.split(/[\\/]/).at(-1);
        process.stdout.write(`${name}: ${file.contents.length} bytes\n`);
      });
    },
  };
  const remember = (built) => {
    extra = built;
  };
  const plugins = [stylesPlugin, lexerPlugin, extraPlugin(here, common, remember), writePlugin];
  return context({ ...common, entryPoints, format, plugins });
}

const builds = await Promise.all([
  bundle({ widget: "src/entries/widget.ts" }, "esm", async (code, extra, legal) => {
    const size = Buffer.byteLength(code);
    if (size > LIMIT) throw new Error(`widget.js has ${size} bytes: ${LIMIT} is the limit.`);
    await put(join(statics, "extra.js"), extra.text);
    await put(join(statics, "widget.js"), code);
    await put(join(statics, "third-party-licenses.txt"), legal);
  }),
  bundle({ deno: "src/deno/index.ts" }, "esm", (code) => put(join(statics, "deno.js"), code)),
  bundle({ page: "src/entries/htmlPage.ts" }, "iife", (code) =>
    put(join(statics, "page.js"), code),
  ),
  bundle({ renderer: "src/entries/mimeRenderer.ts" }, "iife", (code, extra, legal) =>
    putExtension(join(statics, "labextension"), code, extra, legal, version, put),
  ),
]);
if (process.argv.includes("--watch")) {
  await Promise.all(builds.map((build) => build.watch()));
} else {
  for (const build of builds) {
    await build.rebuild();
    await build.dispose();
  }
}
