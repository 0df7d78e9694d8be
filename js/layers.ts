/**
 * The rooms of `src`, top to bottom. `tests/node/layers.test.ts` reads this list and refuses
 * every import that it does not allow.
 */

/** A folder of `src`. */
export interface Room {
  /** Its path in `src`. */
  readonly path: string;
  /** What is in it. */
  readonly holds: string;
  /** Rooms that may import it, all of them above; a name includes the rooms inside it. */
  readonly importedBy: readonly string[];
  /** What it must never do. */
  readonly never: string;
  /** Packages that it may import. */
  readonly packages?: readonly string[];
}

/** Layers from top to bottom. Rooms of one layer do not import each other. */
export const LAYERS: readonly (readonly Room[])[] = [
  [
    {
      path: "entries",
      holds: "One module per bundle: widget, MIME renderer, exported page, highlighter.",
      importedBy: [],
      never: "Decides what is shown: it connects a host to a source and a view.",
      packages: ["@preact/signals-core", "@anywidget/types"],
    },
    {
      path: "deno",
      holds: "LangGraph.js in Deno notebooks: events, display and static HTML from a graph.",
      importedBy: [],
      never: "Touches the DOM, or waits for an answer: the page cannot send messages to Deno.",
    },
  ],
  [
    {
      path: "view",
      holds: "The view of a source's runs, and its own parts: status bar, input form, keys.",
      importedBy: ["entries"],
      never: "Talks to a kernel, other than by the actions of its source.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "view/find",
      holds: "Find and filter: queries, text search, and picking a token by a click.",
      importedBy: ["view"],
      never: "Draws messages: it marks and hides elements that the transcript has drawn.",
    },
    {
      path: "view/sidebar",
      holds: "Details of what the reader has selected; one file per section in `sections`.",
      importedBy: ["view"],
      never: "Changes a run.",
      packages: ["@preact/signals-core"],
    },
    {
      path: "view/graph",
      holds: "The drawing of a run's graph: topology, layout, SVG.",
      importedBy: ["view"],
      never: "Reads messages: it shows tasks and topology only.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "view/transcript",
      holds: "Messages and events of a run in rows, lanes and groups, and how they scroll.",
      importedBy: ["view"],
      never: "Draws what is inside a message.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "view/cards",
      holds: "What is inside a row: messages, tool calls, errors, interrupts, hints.",
      importedBy: ["view"],
      never: "Knows what is around it.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "view/state",
      holds: "A view's own state: the selection, open panes, and the context of its parts.",
      importedBy: ["view"],
      never: "Draws.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "view/markdown",
      holds: "Markdown to elements, block by block, while the text is still growing.",
      importedBy: ["view"],
      never: "Writes HTML, or loads anything that a model named.",
      packages: ["marked"],
    },
  ],
  [
    {
      path: "view/ui",
      holds: "Elements, icons, styles, lifetimes and frames, for any view.",
      importedBy: ["view", "entries"],
      never: "Knows runs.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "source",
      holds: "Where runs come from: a widget's kernel, or what a notebook or a page has saved.",
      importedBy: ["entries", "deno", "view"],
      never: "Draws.",
      packages: ["@preact/signals-core", "@anywidget/types"],
    },
  ],
  [
    {
      path: "highlight",
      holds: "Code in colours: the languages, the worker that parses it, and how it is loaded.",
      importedBy: ["entries", "view", "source"],
      never: "Writes HTML, or parses code on the page's own thread.",
      packages: ["highlight.js"],
    },
    {
      path: "codegen",
      holds: "Python code to copy: a plain stream loop, a run from a checkpoint.",
      importedBy: ["view"],
      never: "Puts a value into code other than as a literal.",
    },
  ],
  [
    {
      path: "model",
      holds: "The state of a run, built from its events, as lg_notebook/model does it.",
      importedBy: ["entries", "deno", "view", "source", "codegen"],
      never: "Touches the page, the clock or a kernel.",
      packages: ["@preact/signals-core"],
    },
  ],
  [
    {
      path: "format",
      holds: "Values as text for people, and typed text as values.",
      importedBy: ["view", "model"],
      never: "Touches the page.",
    },
  ],
  [
    {
      path: "protocol",
      holds: "The events, generated from lg_notebook/events.py, and the frames they travel in.",
      importedBy: ["entries", "deno", "view", "source", "codegen", "model", "format"],
      never: "Knows what an event means.",
    },
  ],
];
