import { button } from "./element";
import { icon } from "./icon";

/** Milliseconds for which a button shows that it has copied. */
const FEEDBACK = 1500;

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Insecure pages (plain http from another machine) have no clipboard.
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
 * @param label - its label for screen readers
 * @param text - returns the text when the button is pressed
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
      setTimeout(() => delete element.dataset.said, FEEDBACK);
    },
    icon("copy"),
  );
  return element;
}
