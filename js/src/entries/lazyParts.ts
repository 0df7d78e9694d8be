/** The parts of a view beside its messages, as far as they can wait. */
import contrast from "../view/theme/contrast.css?inline";
import find from "../view/theme/find.css?inline";
import graph from "../view/theme/graph.css?inline";
import panel from "../view/theme/panel.css?inline";

export { announce } from "../view/announcer";
export { findBar } from "../view/find/findBar";
export { pointer } from "../view/find/tokenPicker";
export { graphPane } from "../view/graph/graphPane";
export { showKeys } from "../view/shortcutHelp";
export { commands } from "../view/shortcuts";
export { divider } from "../view/sidebar/resizer";
export { sidebar } from "../view/sidebar/sidebar";

/** The styles of what is in here. */
export const css = panel + find + graph + contrast;
