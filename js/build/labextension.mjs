import { rm } from "node:fs/promises";
import { write } from "./output.mjs";

const NAME = "lg-notebook";

/**
 * Write the MIME renderer as a prebuilt extension of JupyterLab.
 *
 * @param {string} folder where to
 * @param {string} version the project's version
 * @param {{[name: string]: string}} files the extension's files, the renderer first. Servers
 *   let browsers keep them for a year, so new code needs a new name
 */
export async function writeExtension(folder, version, files) {
  const load = `static/${Object.keys(files)[0]}`;
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  await rm(`${folder}/static`, { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) await write(`${folder}/static/${name}`, text);
  await write(
    `${folder}/install.json`,
    json({
      packageManager: "python",
      packageName: NAME,
      uninstallInstructions: `Use your Python package manager (pip, conda, …) to uninstall ${NAME}`,
    }),
  );
  await write(
    `${folder}/package.json`,
    json({
      name: NAME,
      version,
      description: "Shows the runs of LangGraph graphs that a notebook holds",
      license: "MIT",
      jupyterlab: { mimeExtension: true, _build: { load, mimeExtension: "./mimeExtension" } },
    }),
  );
}
