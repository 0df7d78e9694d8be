/**
 * Build the front end into lg_notebook/static: the anywidget, the loader that brings it into
 * pages, the highlighter that it loads on demand, the script of exported pages, the module for
 * Deno notebooks, and the MIME renderer as a prebuilt JupyterLab extension. With --watch, again whenever a source changes.
 */
import { createHash } from "node:crypto";
import { watch } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./build/bundle.mjs";
import { putExtension } from "./build/labextension.mjs";
import { licences } from "./build/licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const statics = resolve(here, "../lg_notebook/static");
const project = await readFile(resolve(here, "../pyproject.toml"), "utf8");
const version = /^version = "([^"]+)"/m.exec(project)?.[1];
if (!version) throw new Error("pyproject.toml has no version.");

/** Bytes that the loader may have: each run's own widget carries it. */
const LOADER_LIMIT = 1500;

/** Write a file so that no reader ever sees a part of it. */
async function put(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

async function build() {
  const { text: code, inputs } = await bundle("src/entries/highlighter.ts", "esm");
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 16);
  const extra = { hash, text: `${code}export const build="${hash}";\n` };
  const [loader, widget, page, deno, renderer] = await Promise.all([
    bundle("src/entries/loader.ts", "esm", hash),
    bundle("src/entries/widget.ts", "esm", hash),
    bundle("src/entries/htmlPage.ts", "iife", hash),
    bundle("src/deno/index.ts", "esm", hash),
    bundle("src/entries/mimeRenderer.ts", "iife", hash),
  ]);
  const size = Buffer.byteLength(loader.text);
  if (size > LOADER_LIMIT) {
    throw new Error(`loader.js has ${size} bytes: ${LOADER_LIMIT} is the limit.`);
  }
  const legal = await licences(here, [...widget.inputs, ...inputs]);
  const files = { extra, loader, widget, page, deno };
  for (const [name, { text }] of Object.entries(files)) {
    await put(join(statics, `${name}.js`), text);
    process.stdout.write(`${name}.js: ${Buffer.byteLength(text)} bytes\n`);
  }
  await put(join(statics, "third-party-licenses.txt"), legal);
  await putExtension(join(statics, "labextension"), renderer.text, extra, legal, version, put);
  process.stdout.write(`renderer.js: ${Buffer.byteLength(renderer.text)} bytes\n`);
}

await build();
if (process.argv.includes("--watch")) {
  let timer;
  watch(join(here, "src"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => build().catch(({ message }) => process.stderr.write(`${message}\n`)),
      100,
    );
  });
}
