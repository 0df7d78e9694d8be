import { type Filters, shows, showsPart } from "../model/filters";
import type { Message } from "../model/message";
import type { RunState } from "../model/runState";

const STYLE = "white-space:pre-wrap;margin:0.2em 0 0.8em 1em";

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** The source of a message: the path of the graphs, and the node. */
function heading({ ns, node, role, origin }: Message): string {
  const path = ns.map((segment) => segment.split(":")[0] ?? "");
  const who = [...path, node ?? (origin === "input" ? "input" : role)].join(" › ");
  return role === "ai" || who === role ? who : `${who} (${role})`;
}

const json = (data: readonly unknown[]): string =>
  data.map((each) => JSON.stringify(each)).join(" ");

function parts(message: Message, filters: Filters): { kind: string; text: string }[] {
  return message.blocks
    .filter(({ kind }) => showsPart(filters, message.role, kind))
    .map(({ kind, name, text, data }) => {
      if (kind === "tool_call") return { kind, text: `${name ?? "tool"}(${text.toString()})` };
      if (name !== null) return { kind, text: `(${kind}) ${name}(${text}) ${json(data)}`.trim() };
      if (["text", "reasoning", "image", "audio", "file"].includes(kind)) {
        const rest = ["text", "reasoning"].includes(kind) ? json(data) : "";
        const said = text.length > 0 || rest ? text.toString() : `[${kind}]`;
        return { kind, text: [said, rest].filter(Boolean).join("\n") };
      }
      return { kind, text: [`(${kind})`, text.toString(), json(data)].filter(Boolean).join(" ") };
    });
}

function lastWords(run: RunState): string {
  const { status, end, interrupts } = run;
  const asked = interrupts.map(({ value }) => `Waits for an answer: ${JSON.stringify(value)}`);
  const error = end?.error ? [`${end.error.type}: ${end.error.message}`] : [];
  return [...asked, ...error, ...(status.value === "stopped" ? ["Stopped."] : [])].join("\n");
}

/**
 * A run as static HTML and text, for hosts with neither our renderer nor a kernel.
 *
 * @returns HTML without scripts, the same for equal runs, and plain text
 */
export function staticHtml(run: RunState, filters: Filters): { html: string; text: string } {
  const html: string[] = [];
  const text: string[] = [];
  for (const message of run.messages) {
    if (!shows(filters, message)) continue;
    const head = heading(message);
    html.push(`<p><b>${escaped(head)}</b></p>`);
    text.push(`[${head}]`);
    for (const part of parts(message, filters)) {
      const body = `<pre style="${STYLE}">${escaped(part.text)}</pre>`;
      const folded = `<details><summary>Reasoning</summary>${body}</details>`;
      html.push(part.kind === "reasoning" ? folded : body);
      text.push(part.text, "");
    }
  }
  const last = lastWords(run);
  if (last) {
    html.push(`<pre style="${STYLE}">${escaped(last)}</pre>`);
    text.push(last);
  }
  return { html: `<div>${html.join("\n")}</div>`, text: text.join("\n").trimEnd() };
}
