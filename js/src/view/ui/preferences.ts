const KEY = "lg_notebook.view";

/** What a reader likes, kept by the browser from one page to the next where it may. */
export interface Preferences {
  /** Whether details are shown. */
  details: boolean;
  /** Width of the details, in CSS pixels. */
  width: number;
}

const FIRST: Preferences = { details: true, width: 288 };

/** What the reader likes, as far as is known. */
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

/** Keep what the reader likes for the next view. */
export function savePreferences(likings: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...loadPreferences(), ...likings }));
  } catch {
    // A page that may run nothing forgets.
  }
}
