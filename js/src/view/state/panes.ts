import { signal } from "@preact/signals-core";
import { loadPreferences, savePreferences } from "../ui/preferences";
import type { Scope } from "../ui/scope";

/** What one view shows beside its messages, and how. */
export class Panes {
  /** Whether to show token boundaries instead of Markdown. */
  readonly raw = signal(false);
  /** Whether the bar to find things is open. */
  readonly find = signal(false);
  /** The text that is looked for; empty for none. */
  readonly sought = signal("");
  /** Whether to hide messages without it. */
  readonly only = signal(false);
  /** Whether the graph is to be shown; null while the reader has not said. */
  readonly graph = signal<boolean | null>(null);
  /** How wide the view is, in CSS pixels; 0 before that is known. */
  readonly room = signal(0);
  /** Whether details are shown, and how wide, in CSS pixels. */
  readonly details = signal(true);
  readonly width = signal(0);

  /** Begin as the reader left his last view. */
  constructor(scope: Scope) {
    const { details, width } = loadPreferences();
    this.details.value = details;
    this.width.value = width;
    let kept = details;
    scope.follow(() => {
      const { value } = this.details;
      if (value === kept) return;
      kept = value;
      savePreferences({ details: value });
    });
  }
}
