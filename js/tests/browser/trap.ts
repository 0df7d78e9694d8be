import { expect } from "vitest";

/** What our own elements and the shown text may be made of. */
const ELEMENTS = new Set(
  (
    "div section article aside header footer nav p span h3 h4 h5 h6 ol ul li blockquote hr br " +
    "table thead tbody tr th td a strong em del code pre button details summary dl dt dd " +
    "select option label textarea form time mark svg path input fieldset legend g rect circle " +
    "line text tspan title defs marker polygon polyline ellipse small kbd sub sup menu output " +
    "progress meter figure figcaption bdi dialog b i s u q cite var samp ins img"
  ).split(" "),
);
const FOLLOWED = /^(?:https?:|mailto:)/;
/** Attributes that load, navigate or run. */
const LOADING = new Set(
  (
    "src srcset srcdoc action formaction data poster background ping xlink:href manifest " +
    "http-equiv content codebase archive classid longdesc usemap profile lowsrc dynsrc"
  ).split(" "),
);

/** Say what an element would do that no model's output may, or nothing. */
function harm(element: Element): string | null {
  const name = element.localName;
  if (!ELEMENTS.has(name)) return `<${name}>`;
  for (const { name: attribute, value } of element.attributes) {
    if (attribute.startsWith("on") || LOADING.has(attribute)) return `${name} ${attribute}`;
    if (attribute === "href" && !(name === "a" && FOLLOWED.test(value))) return `href ${value}`;
    if (attribute === "style" && /url|image|expression|@/i.test(value)) return `style ${value}`;
  }
  if (name === "a" && element.getAttribute("rel") !== "noopener noreferrer") return "rel";
  return null;
}

/** What is in an element, and in nothing else, must be harmless. */
export function expectHarmless(root: Element): void {
  for (const element of root.querySelectorAll("*")) {
    const found = harm(element);
    if (found !== null) expect.fail(`A payload became ${found}: ${element.outerHTML}`);
  }
}

/** Notices whatever a payload may bring about in this page. */
export class Trap {
  readonly caught: string[] = [];
  readonly #observer: PerformanceObserver;
  readonly #undo: (() => void)[] = [];

  constructor() {
    const origin = location.origin;
    this.#observer = new PerformanceObserver((list) => this.#note(list.getEntries(), origin));
    this.#observer.observe({ type: "resource" });
    const page = window as unknown as Record<string, unknown>;
    for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
      const original = page[name];
      page[name] = () => this.caught.push(`${name}()`);
      this.#undo.push(() => {
        page[name] = original;
      });
    }
    const refused = (event: Event) => {
      this.caught.push(event.type);
      event.preventDefault();
    };
    for (const type of ["beforeunload", "submit", "securitypolicyviolation"]) {
      addEventListener(type, refused, true);
      this.#undo.push(() => removeEventListener(type, refused, true));
    }
  }

  #note(entries: PerformanceEntryList, origin: string): void {
    for (const { name } of entries) {
      const own = name.startsWith(origin) && !/evil|leak|\/x$|\/api\//.test(name);
      if (!own && !name.startsWith("blob:")) this.caught.push(name);
    }
  }

  /** Give what was set off time to show, and set nothing more. */
  async close(): Promise<string[]> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.#note(this.#observer.takeRecords(), location.origin);
    this.#observer.disconnect();
    for (const undo of this.#undo) undo();
    const page = window as unknown as { pwned?: unknown };
    if (page.pwned !== undefined) this.caught.push("a script ran");
    delete page.pwned;
    return this.caught;
  }
}

const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text. */
export function words(text: string): string[] {
  return (text.toLowerCase().match(WORD) ?? []).map((word) => word.normalize());
}

/** The texts of an element, each by itself: parts of two elements are not one word. */
function separately(root: Node): string {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode.nodeValue ?? "");
  return texts.join(" ");
}

function decoded(address: string): string {
  return address.replace(/(?:%[\da-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return " ";
    }
  });
}

/** All that an element says, to the eye and to those who hover or listen. */
export function said(root: Element): string {
  root.normalize();
  const names = ["href", "title", "alt", "aria-label"];
  const more = [...root.querySelectorAll("*")].flatMap((element) =>
    names
      .map((name) => element.getAttribute(name) ?? "")
      .flatMap((value) => [value, decoded(value)]),
  );
  return [root.textContent, separately(root), ...more].join(" ");
}

/** The words of an element's text. */
export function wordsIn(root: Element): string[] {
  root.normalize();
  return words(separately(root));
}
