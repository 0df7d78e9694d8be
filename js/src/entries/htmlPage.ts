/**
 * An exported page: one file with a run in it, which opens from disk and loads nothing.
 *
 * The run is in a script element of type application/json, as data; `exports/html_page.py`
 * writes it there.
 */

import { BUILD, offerHighlighter } from "../highlight/loader";
import { highlight, startWith } from "../highlight/worker";
import { readStored, SavedSource } from "../source/savedSource";
import { mount } from "../view/runView";
import { h } from "../view/ui/element";

const UNREADABLE = "This run cannot be read: the file is broken.";

// The worker that parses code runs this file as well; there it does nothing else.
const own = "document" in globalThis ? document.currentScript : null;
if (own) {
  const code = own.textContent ?? "";
  startWith(() => new Worker(URL.createObjectURL(new Blob([code]))));
  // The page includes the highlighter: it cannot load it from anywhere.
  offerHighlighter(() => Promise.resolve({ highlight, build: BUILD }));
  const place = document.getElementById("run");
  const data = document.getElementById("data")?.textContent ?? "";
  if (place) {
    try {
      const stored = readStored(JSON.parse(data));
      if (!stored) throw new Error(UNREADABLE);
      mount(new SavedSource(stored), place);
    } catch {
      place.replaceChildren(h("p", { role: "alert" }, UNREADABLE));
    }
  }
}
