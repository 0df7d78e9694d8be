import { brief } from "../format/format";
import { readAnswer, readObject } from "../format/parseInput";
import type { Field, InputForm, RunSource } from "../source/runSource";
import { stopButton } from "./statusBar";
import { Submission } from "./submission";
import { h, setShown, setText } from "./ui/element";
import type { Scope } from "./ui/scope";

/** Most rows of a JSON editor before it scrolls. */
const ROWS = 12;
/** Makes ids unique: a page may load several versions of this code. */
const UNIQUE = Math.random().toString(36).slice(2);
let boxes = 0;

/** Sends the typed text, or returns one sentence that says what is wrong. */
type Send = (text: string) => string | null;

/** The labels and texts of a kind of box. */
interface Kind {
  label: string;
  action: string;
  hint: string;
  rows: number;
  code: boolean;
  text: string;
}

function fields(list: readonly Field[]): HTMLElement | null {
  if (list.length === 0) return null;
  return h(
    "details",
    { class: "fold" },
    h("summary", {}, "Fields"),
    h(
      "dl",
      { class: "fields" },
      ...list.map((field) =>
        h(
          "div",
          { class: "row" },
          h("dt", {}, h("code", {}, field.name)),
          h(
            "dd",
            {},
            [field.type, field.required ? "required" : "optional", field.description]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
      ),
    ),
  );
}

/** A box with its label, its buttons, and its error message. */
function box(
  source: RunSource,
  kind: Kind,
  send: Send,
  extra: HTMLElement | null,
  scope: Scope,
): HTMLFormElement {
  boxes += 1;
  const id = `lgn-input-${UNIQUE}-${boxes}`;
  const area = h("textarea", {
    id,
    class: kind.code ? "editor" : "prompt",
    rows: kind.rows,
    placeholder: kind.hint,
    spellcheck: kind.code ? "false" : null,
    "aria-describedby": `${id}-problem`,
  });
  area.value = kind.text;
  const run = h("button", { type: "submit", class: "button primary" }, kind.action);
  const problem = h("p", { id: `${id}-problem`, class: "problem", role: "alert" });
  const submission = new Submission(source, scope, () => {
    if (!kind.code) area.value = "";
  });
  const form = h(
    "form",
    { class: "input", novalidate: true },
    h("label", { for: id }, kind.label),
    area,
    extra,
    problem,
    h("div", { class: "buttons" }, run, stopButton(source, scope)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (run.disabled) return;
    const wrong = send(area.value);
    if (wrong === null) submission.sent();
    else submission.refuse(wrong);
  });
  area.addEventListener("keydown", (event) => {
    // Keep JupyterLab's shortcuts (Enter in command mode, Shift+Enter) out.
    event.stopPropagation();
    const plain = !event.shiftKey && !event.altKey && !event.isComposing;
    const sends = kind.code ? event.ctrlKey || event.metaKey : true;
    if (event.key !== "Enter" || !plain || !sends) return;
    event.preventDefault();
    form.requestSubmit();
  });
  scope.follow(() => {
    run.disabled = source.status.value === "running" || submission.pending.value;
  });
  scope.follow(() => {
    const text = submission.problem.value;
    setText(problem, text);
    setShown(problem, text !== "");
    area.setAttribute("aria-invalid", String(text !== ""));
  });
  return form;
}

function inputBox(source: RunSource, form: InputForm, scope: Scope): HTMLFormElement {
  if (form.kind === "text") {
    const kind: Kind = {
      label: "Message",
      action: "Run",
      hint: "Write a message; Enter sends, Shift+Enter begins a new line",
      rows: 2,
      code: false,
      text: "",
    };
    const send: Send = (text) => {
      if (!text.trim()) return "There is no text to send: write a message first.";
      source.actions.run(text);
      return null;
    };
    return box(source, kind, send, null, scope);
  }
  const text = JSON.stringify(form.template, null, 2);
  const required = form.fields.filter((field) => field.required).map((field) => field.name);
  const kind: Kind = {
    label: "Input, as JSON",
    action: "Run",
    hint: "{ }",
    rows: Math.min(text.split("\n").length, ROWS),
    code: true,
    text,
  };
  const send: Send = (typed) => {
    const value = readObject(typed, required);
    if (typeof value === "string") return value;
    source.actions.run(value);
    return null;
  };
  return box(source, kind, send, fields(form.fields), scope);
}

/** @param id - the interrupt's id; null if there is only one */
function answerBox(
  source: RunSource,
  label: string,
  id: string | null,
  scope: Scope,
): HTMLFormElement {
  const kind: Kind = {
    label,
    action: "Send",
    hint: "A text, or JSON; Enter sends",
    rows: 2,
    code: false,
    text: "",
  };
  const send: Send = (text) => {
    if (!text.trim()) return "There is no answer to send: write one first.";
    const answer = readAnswer(text);
    source.actions.resume(id === null ? answer : { [id]: answer });
    return null;
  };
  return box(source, kind, send, null, scope);
}

/** A box for each interrupt's answer. */
function answerBoxes(source: RunSource, scope: Scope): HTMLFormElement[] {
  const asked = source.runs.peek().at(-1)?.interrupts ?? [];
  if (asked.length < 2) return [answerBox(source, "Answer", null, scope)];
  return asked.map(({ id, value }) => answerBox(source, `Answer to ${brief(value)}`, id, scope));
}

/**
 * The box for a graph's input; while the graph waits for answers, also their boxes.
 * Empty if the source takes no input.
 */
export function inputForm(source: RunSource, scope: Scope): HTMLElement {
  const holder = h("div", { class: "inputs" });
  const answers = h("div", { class: "inputs" });
  const { form, graph, link, status } = source;
  const offered = () => form.value && link.value !== "gone" && link.value !== "saved";
  scope.renew(
    // Compare it as JSON: each change of the graph's facts brings an equal input form.
    () => (offered() ? JSON.stringify(graph.value.input) : ""),
    (wanted, part) =>
      holder.replaceChildren(...(wanted ? [inputBox(source, graph.peek().input, part)] : [])),
  );
  scope.renew(
    () => offered() && status.value === "interrupted",
    (asks, part) => answers.replaceChildren(...(asks ? answerBoxes(source, part) : [])),
  );
  return h("div", { class: "ask" }, answers, holder);
}
