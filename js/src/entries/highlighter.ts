/**
 * The highlighter of code, in a file of its own, which `highlight/loader.ts` loads when a view
 * shows code. The file is large, and runs in a worker of its own, so that hostile code cannot
 * freeze the page: the worker runs the same file.
 */
import { startWith } from "../highlight/worker";

export { highlight } from "../highlight/worker";

startWith(() => new Worker(import.meta.url, { type: "module", name: "lg_notebook" }));
