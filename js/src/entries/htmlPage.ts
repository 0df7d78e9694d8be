/**
 * A page of its own: one file with a run in it, which opens from disk and loads nothing.
 *
 * The run is in a script element of type application/json, as data; `lg_notebook/page.py`
 * writes it there.
 */

import { highlight, workBy } from "../highlight/worker";
import { EXTRA } from "../lazy/buildHash";
import { offerExtra } from "../lazy/lazyBundle";
import { Recording, readStored } from "../source/savedSource";
import { mount } from "../view/runView";
import { h } from "../view/ui/element";
import * as parts from "./lazyParts";

const UNREADABLE = "This run cannot be read: the file is broken.";

// The same file is its own worker, for code to be coloured: that is all that it does there.
const own = "document" in globalThis ? document.currentScript : null;
if (own) {
  const code = own.textContent ?? "";
  workBy(() => new Worker(URL.createObjectURL(new Blob([code]))));
  // The second file's parts are in here as well: there is nowhere to load it from.
  offerExtra(() => Promise.resolve({ ...parts, highlight, build: EXTRA }));
  const place = document.getElementById("run");
  const data = document.getElementById("data")?.textContent ?? "";
  if (place) {
    try {
      const stored = readStored(JSON.parse(data));
      if (!stored) throw new Error(UNREADABLE);
      mount(new Recording(stored), place);
    } catch {
      place.replaceChildren(h("p", { role: "alert" }, UNREADABLE));
    }
  }
}
