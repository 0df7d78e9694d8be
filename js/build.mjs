/** Build the front end into lg_notebook/static; with `--watch`, again after every change. */
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "./build/bundle.mjs";
import { writeExtension } from "./build/labextension.mjs";
import { licences } from "./build/licences.mjs";
import { fingerprint, write } from "./build/output.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const statics = fileURLToPath(new URL("../lg_notebook/static", import.meta.url));
const project = await readFile(new URL("../pyproject.toml", import.meta.url), "utf8");
const [, version] = /^version = "([^"]+)"/m.exec(project);

async function build() {
  const { text, inputs } = await bundle("src/entries/highlighter.ts", "esm");
  const hash = fingerprint(text);
  const [loader, widget, page, deno, renderer] = await Promise.all([
    bundle("src/entries/loader.ts", "esm", hash),
    bundle("src/entries/widget.ts", "esm", hash),
    bundle("src/entries/htmlPage.ts", "iife", hash),
    bundle("src/deno/index.ts", "esm", hash),
    bundle("src/entries/mimeRenderer.ts", "iife", hash),
  ]);
  const highlighter = { text: `${text}export const build="${hash}";\n` };
  const legal = await licences(here, [...widget.inputs, ...inputs]);
  for (const [name, file] of Object.entries({ highlighter, loader, widget, page, deno })) {
    await write(`${statics}/${name}.js`, file.text);
    process.stdout.write(`${name}.js: ${Buffer.byteLength(file.text)} bytes\n`);
  }
  await write(`${statics}/third-party-licenses.txt`, legal);
  await writeExtension(`${statics}/labextension`, version, {
    [`renderer.${fingerprint(renderer.text)}.js`]: renderer.text,
    [`highlighter.${hash}.js`]: highlighter.text,
    "third-party-licenses.txt": legal,
  });
}

await build();
if (process.argv.includes("--watch")) {
  const again = () => build().catch(({ message }) => process.stderr.write(`${message}\n`));
  let timer;
  watch(`${here}/src`, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(again, 100);
  });
}
