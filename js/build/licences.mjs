import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Collect the licences of the packages in a bundle.
 *
 * @param {string} root the folder with `node_modules`
 * @param {string[]} inputs the bundle's inputs, relative to it
 * @returns {Promise<string>} one text
 */
export async function licences(root, inputs) {
  const names = inputs.flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  const texts = [...new Set(names)].sort().map(async (name) => {
    const folder = join(root, "node_modules", name);
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence file.`);
    return `${name}\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}
