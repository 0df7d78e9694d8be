import { streamLoop } from "../../codegen/streamLoop";
import { count, plural } from "../../format/format";
import type { Filters } from "../../model/filters";
import type { ViewContext } from "../state/context";
import type { Panes } from "../state/panes";
import { copyButton } from "../ui/copyButton";
import { button, h, setShown, setText, toggle } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";
import { nameChips } from "./nameChips";
import { answerOnly, KEYS, readQuery, writeQuery } from "./query";
import { TextSearch } from "./textSearch";

/** Least milliseconds between two searches of a growing transcript. */
const PAUSE = 250;
/** Searches may take one part in this many of the time. */
const SHARE = 10;

/**
 * The bar for filters and text search. The reader types filters in the syntax of the
 * magic's options.
 *
 * @param panes - holds the search text
 * @param root - holds the transcript
 */
export function findBar(
  context: ViewContext,
  panes: Panes,
  root: HTMLElement,
  scope: Scope,
): HTMLElement {
  const { run, virtualizer, filters } = context;
  const { searchText, onlyMatches } = panes;
  const hits = new TextSearch(root, virtualizer);
  const box = h("input", {
    type: "search",
    placeholder: "text, node:name, !tag:name …",
    "aria-label": "Find, or filter: text, node:name, !tag:name",
    spellcheck: "false",
    dir: "auto",
  });
  const position = h("span", { class: "number", role: "status" });

  const showPosition = () => {
    const { index, count: found } = hits;
    const place = index < 0 ? plural(found, "hit") : `${count(index + 1)} of ${count(found)}`;
    setText(position, searchText.value === "" ? "" : place);
  };
  const go = (by: number) => {
    hits.go(by);
    showPosition();
  };
  /** Apply the typed text; a space or Enter completes a name. */
  const take = (whole: boolean) => {
    const words = whole ? box.value : box.value.replace(/(^|\s)!?\w+:\S*$/, "$1");
    const query = readQuery(words, filters.value);
    if (whole || words === box.value) {
      if (JSON.stringify(query.filters) !== JSON.stringify(filters.value))
        filters.value = query.filters;
    }
    searchText.value = query.text;
  };
  box.addEventListener("input", () => take(box.value === ""));
  box.addEventListener("change", () => take(true));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      root.focus();
      panes.find.value = false;
    } else if (event.key === "Enter") {
      take(true);
      go(event.shiftKey ? -1 : 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  scope.follow(() => {
    const words = writeQuery({ filters: filters.value, text: searchText.value });
    const typed = readQuery(box.value, filters.value);
    if (writeQuery(typed) !== words) {
      const mine = (box.getRootNode() as Document).activeElement === box;
      if (!mine || box.value === "") box.value = words;
    }
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = 0;
  const search = () => {
    timer = undefined;
    const began = performance.now();
    hits.search(searchText.value);
    showPosition();
    pause = Math.max(PAUSE, (performance.now() - began) * SHARE);
  };
  // Search immediately when the reader types, and now and then when text arrives.
  scope.follow(() => {
    searchText.value;
    clearTimeout(timer);
    timer = setTimeout(search);
  });
  scope.follow(() => {
    const { count, tokens, changed } = run;
    const news = [count.value, tokens.value, changed.value, virtualizer.moved.value];
    const views = [filters.value, context.raw.value];
    if (news && views && searchText.value !== "") timer ??= setTimeout(search, pause);
  });
  scope.follow(() => {
    root.classList.toggle("lgn-only-matches", onlyMatches.value && searchText.value !== "");
  });
  scope.onClose(() => {
    clearTimeout(timer);
    hits.clear();
    root.classList.remove("lgn-only-matches");
  });

  const answer = button(
    { class: "button", title: "Only the last text of the graph, without tools and reasoning" },
    () => {
      filters.value = answerOnly(run.messages, filters.value);
    },
    "Answer only",
  );
  const all = button(
    { class: "link" },
    () => {
      filters.value = readQuery("", {} as Filters).filters;
      searchText.value = "";
      box.value = "";
      box.focus();
    },
    "Show all",
  );
  const code = copyButton("Code: copy the plain LangGraph loop that prints the same", () =>
    streamLoop(filters.value, {
      input: run.start?.input ?? null,
      thread: (run.messages.map(({ metadata }) => metadata.thread_id).find(Boolean) ?? null) as
        | string
        | null,
    }),
  );
  code.prepend("Code ");
  const step = (name: string, by: number, sign: "up" | "down") =>
    button({ class: "button", title: name, "aria-label": name }, () => go(by), icon(sign));
  const navigation = h(
    "span",
    { class: "tools" },
    position,
    step("Previous hit", -1, "up"),
    step("Next hit", 1, "down"),
    toggle("Hide messages without a hit", onlyMatches, scope, "Hits only"),
  );
  scope.follow(() => {
    setShown(navigation, searchText.value !== "");
    const narrow =
      KEYS.some((key) => filters.value[key].length > 0) || filters.value.at !== undefined;
    setShown(all, narrow || searchText.value !== "");
  });
  queueMicrotask(() => box.focus());
  return h(
    "div",
    { class: "find", role: "search" },
    h("div", { class: "find-line" }, box, navigation, answer, code, all),
    nameChips(context, scope),
  );
}
