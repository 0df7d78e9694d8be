/**
 * The highlighter of code, in a file of its own, which `highlight/loader.ts` loads when a view
 * shows code. It is as large as half of the first, and runs in a worker of its own, so that
 * hostile code cannot stop the page: the worker runs this very file.
 */
import { startWith } from "../highlight/worker";

export { highlight } from "../highlight/worker";

startWith(() => new Worker(import.meta.url, { type: "module", name: "lg_notebook" }));
