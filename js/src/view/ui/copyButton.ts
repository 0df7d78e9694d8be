import { button } from "./element";
import { icon } from "./icon";

/** Milliseconds for which a button says that it has copied. */
const SAID = 1500;

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Pages that were not loaded safely (plain http from another machine) have no clipboard.
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.style.position = "fixed";
  document.body.append(holder);
  holder.select();
  document.execCommand("copy");
  holder.remove();
}

/**
 * A button that copies a text.
 *
 * @param label - what it does, for those who do not see it
 * @param text - gives the text when it is pressed
 */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const element = button(
    { class: "copy", "aria-label": label, title: label },
    async () => {
      try {
        await copy(text());
        element.dataset.said = "Copied";
      } catch {
        element.dataset.said = "Not allowed";
      }
      setTimeout(() => delete element.dataset.said, SAID);
    },
    icon("copy"),
  );
  return element;
}
