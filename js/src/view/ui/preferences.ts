const KEY = "lg_notebook.view";

/** A reader's preferences, which the browser keeps for later pages if it can. */
export interface Preferences {
  /** Whether details are shown. */
  details: boolean;
  /** Width of the details, in CSS pixels. */
  width: number;
}

const FIRST: Preferences = { details: true, width: 288 };

/** Load the reader's preferences. */
export function loadPreferences(): Preferences {
  try {
    const { details, width } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return {
      details: typeof details === "boolean" ? details : FIRST.details,
      width: typeof width === "number" ? width : FIRST.width,
    };
  } catch {
    return FIRST;
  }
}

/** Save the reader's preferences for the next view. */
export function savePreferences(likings: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...loadPreferences(), ...likings }));
  } catch {
    // A sandboxed page cannot save anything.
  }
}
