import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";

const NAME = "lg-notebook";

/**
 * Lay the MIME renderer out as the prebuilt extension that JupyterLab looks for.
 *
 * @param {string} folder where to
 * @param {string} code the renderer
 * @param {{hash: string, text: string}} extra the second file, which the renderer loads
 * @param {string} licences the licences of what is in them
 * @param {string} version the project's version
 * @param {(path: string, text: string) => Promise<void>} put writes a file
 */
export async function putExtension(folder, code, extra, licences, version, put) {
  // Servers tell browsers to keep these files for a year: a new content needs a new name.
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 16);
  const load = `static/renderer.${hash}.js`;
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  await rm(join(folder, "static"), { recursive: true, force: true });
  await put(join(folder, load), code);
  await put(join(folder, `static/extra.${extra.hash}.js`), extra.text);
  await put(join(folder, "static", "third-party-licenses.txt"), licences);
  await put(
    join(folder, "install.json"),
    json({
      packageManager: "python",
      packageName: NAME,
      uninstallInstructions: `Use your Python package manager (pip, conda, …) to uninstall ${NAME}`,
    }),
  );
  await put(
    join(folder, "package.json"),
    json({
      name: NAME,
      version,
      description: "Shows the runs of LangGraph graphs that a notebook holds",
      license: "MIT",
      jupyterlab: { mimeExtension: true, _build: { load, mimeExtension: "./mimeExtension" } },
    }),
  );
}
