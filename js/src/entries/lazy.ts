/**
 * The second file: what need not be there at once, loaded on demand (`lazy/lazyBundle.ts`): the
 * highlighting of code, and the parts of a view beside its messages. Those take their
 * signals from the first file, as there must be one set of them: here, signals are types.
 *
 * It is its own worker as well (`highlight/worker.ts`).
 */
import { workBy } from "../highlight/worker";

export { highlight } from "../highlight/worker";
export * from "./lazyParts";

workBy(() => new Worker(import.meta.url, { type: "module", name: "lg_notebook" }));
