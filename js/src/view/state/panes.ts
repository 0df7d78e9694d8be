import { signal } from "@preact/signals-core";
import { loadPreferences, savePreferences } from "../ui/preferences";
import type { Scope } from "../ui/scope";

/** The panes of one view beside its messages. */
export class Panes {
  /** Whether to show token boundaries instead of Markdown. */
  readonly raw = signal(false);
  /** Whether the find bar is open. */
  readonly find = signal(false);
  /** The text to search for; empty for none. */
  readonly searchText = signal("");
  /** Whether to hide messages without that text. */
  readonly onlyMatches = signal(false);
  /** Whether to show the graph; null until the reader decides. */
  readonly graph = signal<boolean | null>(null);
  /** Width of the view, in CSS pixels; 0 if unknown. */
  readonly viewWidth = signal(0);
  /** Whether details are shown, and their width in CSS pixels. */
  readonly details = signal(true);
  readonly width = signal(0);

  /** Begin with the preferences from the reader's last view. */
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
