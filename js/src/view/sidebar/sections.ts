import type { SelectionKind } from "../state/selection";
import type { Section } from "./section";
import { callSection } from "./sections/callSection";
import { checkpointSection } from "./sections/checkpointSection";
import { messageSection } from "./sections/messageSection";
import { runSection } from "./sections/runSection";
import { taskSection } from "./sections/taskSection";
import { tokenSection } from "./sections/tokenSection";

/** The sidebar's sections, by the kind of selection that they show. */
export const SECTIONS: { readonly [K in SelectionKind]: Section<K> } = {
  run: runSection,
  task: taskSection,
  message: messageSection,
  token: tokenSection,
  call: callSection,
  checkpoint: checkpointSection,
};
