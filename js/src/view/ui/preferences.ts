const KEY = "lg_notebook.view";

/** What a reader likes, kept by the browser from one page to the next where it may. */
export interface Likings {
  /** Whether details are shown. */
  details: boolean;
  /** Width of the details, in CSS pixels. */
  width: number;
}

const FIRST: Likings = { details: true, width: 288 };

/** What the reader likes, as far as is known. */
export function recall(): Likings {
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
export function keep(likings: Partial<Likings>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...likings }));
  } catch {
    // A page that may store nothing forgets.
  }
}
