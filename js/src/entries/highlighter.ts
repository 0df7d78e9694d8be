/**
 * The highlighter of code, in a file of its own, which `highlight/loader.ts` loads when a view
 * shows code. A worker runs the same file, so that hostile code cannot freeze the page.
 */
import { startWith } from "../highlight/worker";

export { highlight } from "../highlight/worker";

startWith(() => new Worker(import.meta.url, { type: "module", name: "lg_notebook" }));
