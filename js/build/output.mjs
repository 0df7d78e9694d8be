import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A hash of a text, for names of files and builds. */
export const fingerprint = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Write a file so that no reader ever sees a part of it. */
export async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
