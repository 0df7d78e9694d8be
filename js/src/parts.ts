/** The parts of a view beside its messages, as far as they can wait. */
import contrast from "./theme/contrast.css?inline";
import find from "./theme/find.css?inline";
import graph from "./theme/graph.css?inline";
import panel from "./theme/panel.css?inline";

export { announce } from "./view/announcer";
export { commands } from "./view/commands";
export { divider } from "./view/divider";
export { findBar } from "./view/find";
export { graphPane } from "./view/graph/pane";
export { showKeys } from "./view/help";
export { pointer } from "./view/pointer";
export { sidebar } from "./view/sidebar";

/** The styles of what is in here. */
export const css = panel + find + graph + contrast;
