import { svg } from "./svg";

/** Outlines on a grid of 16 by 16. */
const PATHS = {
  idle: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z",
  running: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  done: "m3.5 8.5 3 3 6-7",
  stopped: "M4.5 4.5h7v7h-7z",
  interrupted: "M6 4v8M10 4v8",
  error: "M8 4.5v4M8 11.2v.1M8 1.8l6.6 11.9H1.4L8 1.8Z",
  note: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 7.5v3.2M8 5.2v.1",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10m4-4-4 4-4-4",
  find: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2",
  details: "M2.5 3h11v10h-11zM9.5 3v10",
  help: "M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.6M8 12.2v.1",
  image: "M2.5 3.5h11v9h-11zM3 11.5l3-3 2 2 2.5-3 2.5 3M5.6 6.2h.1",
  file: "M4.5 2.5h5l2.5 2.5v8.5h-7.5zM9 2.5v3h3",
  graph: "M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5v2.5M4 10.5V8h8v2.5",
  tool: "M9.8 6.2 13 3a3 3 0 0 1-3.9 3.9L4.6 11.4a1.4 1.4 0 1 1-2-2L7.1 4.9A3 3 0 0 1 11 1",
} as const;

export type IconName = keyof typeof PATHS;

/** A small line drawing in the colour of its text. It says nothing to screen readers. */
export function icon(name: IconName): SVGSVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", "aria-hidden": "true", class: `lgn-icon lgn-icon-${name}` },
    svg("path", { d: PATHS[name] }),
  );
}
