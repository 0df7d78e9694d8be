import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { Writer } from "../log";
import { buttonNamed, cleanUp, cleanups, drawn, FakeKernel } from "./fakeKernel";

const THEMES = {
  "JupyterLab light": {
    light: "true",
    "layout-color1": "white",
    "ui-font-color1": "rgba(0, 0, 0, 0.87)",
    "brand-color1": "#1976d2",
    "mirror-editor-attribute-color": "#00c",
    "mirror-editor-builtin-color": "green",
    "mirror-editor-comment-color": "#408080",
    "mirror-editor-def-color": "#00f",
    "mirror-editor-keyword-color": "green",
    "mirror-editor-meta-color": "#a2f",
    "mirror-editor-number-color": "#080",
    "mirror-editor-string-color": "#ba2121",
  },
  "JupyterLab dark": {
    light: "false",
    "layout-color1": "#111111",
    "ui-font-color1": "rgba(255, 255, 255, 1)",
    "brand-color1": "#2196f3",
    "mirror-editor-attribute-color": "#64b5f6",
    "mirror-editor-builtin-color": "#43a047",
    "mirror-editor-comment-color": "#408080",
    "mirror-editor-def-color": "#1e88e5",
    "mirror-editor-keyword-color": "#4caf50",
    "mirror-editor-meta-color": "#a2f",
    "mirror-editor-number-color": "#66bb6a",
    "mirror-editor-string-color": "#ff7070",
  },
} as const;

function dress({ light, ...colours }: (typeof THEMES)[keyof typeof THEMES]): void {
  document.body.dataset.jpThemeLight = light;
  document.body.style.background = colours["layout-color1"];
  for (const [name, value] of Object.entries(colours)) {
    document.body.style.setProperty(`--jp-${name}`, value);
  }
}

afterEach(() => {
  cleanUp();
  document.body.removeAttribute("style");
  delete document.body.dataset.jpThemeLight;
});

const TEXT = `## Title

A [link](https://example.org), \`code\`, an ![image](https://example.org/a.png).

- [ ] task

| a | b |
|---|--:|
| 1 | 2 |

\`\`\`py
@meta
def name(a: int):  # comment
    return print(f"string {a}", 1)
\`\`\`

\`\`\`json
{"attribute": 1}
\`\`\`

\`\`\`diff
+added
-removed
\`\`\`

> quote
`;

/** A view with everything in it that there is. */
async function everything(width: number): Promise<HTMLElement> {
  const kernel = new FakeKernel({
    count: 2,
    status: "running",
    form: true,
    filters: { node: ["!hidden"], tag: [], agent: [], kind: [] },
    graph: {
      name: "joke",
      input: {
        kind: "json",
        template: { topic: "" },
        fields: [{ name: "topic", type: "string", required: true, description: "What about" }],
      },
    },
  }).open();
  const el = kernel.render(width);
  kernel.send(new Writer().start().end().events, 0);
  const writer = new Writer().start();
  writer.message({ role: "human", origin: "input", node: null });
  writer.token("Hi", { message: 0 }).finish(0).task("think");
  writer.message({ metadata: { ls_model_name: "smollm2", tags: ["a"], extra: 1 } });
  writer.say("Hm.", 1, "reasoning");
  writer.token("{}", {
    message: 1,
    block: 1,
    kind: "tool_call",
    call_id: "c",
    name: "t",
  } as object);
  writer.say(TEXT, 1, "text", 2).finish(1, { revised: false });
  writer.message({ role: "tool", origin: "returned", name: "t" });
  writer.token('{"a": 1}', { message: 2 }).finish(2);
  writer.add({ type: "interrupt", id: "i", value: { question: "Continue?" } });
  kernel.send(writer.events, 1);
  await drawn(5);
  const error = { type: "ValueError", message: "no topic", traceback: "Traceback …" };
  writer.end("error", { error, diagnosis: ["The answer of node 'a' came whole."] });
  kernel.send(writer.events, 1);
  kernel.set({ status: "interrupted", problem: "The graph did not start." });
  await drawn(5);
  for (const fold of el.querySelectorAll("details")) fold.open = true;
  await expect.poll(() => inks(el)).toEqual(INKS);
  return el;
}

const INKS = ["added", "attribute", "comment", "keyword", "meta", "name"];
INKS.push("number", "removed", "string", "type");

/** What is coloured in code. */
function inks(el: HTMLElement): string[] {
  const names = [...el.querySelectorAll("[class^=lgn-syntax-]")].map((each) => each.className);
  return [...new Set(names)].map((name) => name.replace("lgn-syntax-", "")).sort();
}

async function violations(el: HTMLElement): Promise<string[]> {
  const { violations: found } = await axe.run(el, {
    // The page around a view is its host's.
    rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } },
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}

describe.each(Object.entries(THEMES))("%s", (_, theme) => {
  test.each([1000, 320])("is accessible, %i pixels wide", async (width) => {
    await page.viewport(width + 40, 800);
    dress(theme);
    const el = await everything(width);
    for (const fold of el.querySelectorAll<HTMLElement>("article")) fold.scrollIntoView();
    await drawn();
    expect(await violations(el)).toEqual([]);
    buttonNamed(el, "Raw").click();
    buttonNamed(el, /^think/).click();
    await drawn(5);
    expect(await violations(el)).toEqual([]);
  });
});

test.each([320, 480, 760, 1600])("fits into %i pixels", async (width) => {
  await page.viewport(width + 40, 800);
  const el = await everything(width);
  const root = el.querySelector(".lgn") as HTMLElement;
  expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
  const main = (name: string) => (el.querySelector(name) as HTMLElement).getBoundingClientRect();
  const below = main(".lgn-sidebar").top >= main(".lgn-transcript").bottom - 1;
  expect(below).toBe(width < 620);
});

test("what JupyterLab says about lists and code in outputs does not reach in", async () => {
  const style = document.createElement("style");
  style.textContent = `
    .jp-OutputArea-output dl { overflow: hidden; width: 100%; }
    .jp-OutputArea-output dt { float: left; width: 20%; font-weight: bold; }
    .jp-OutputArea-output dd { float: left; width: 80%; }
    .jp-OutputArea-output pre { white-space: pre-wrap; word-break: break-all; }`;
  document.head.append(style);
  cleanups.push(() => style.remove());
  const el = await everything(1000);
  el.classList.add("jp-OutputArea-output");
  for (const row of el.querySelectorAll<HTMLElement>(".lgn-sidebar dl .lgn-row")) {
    const [term, value] = [...row.children].map((each) => each.getBoundingClientRect());
    const all = row.getBoundingClientRect();
    expect(term?.width).toBeGreaterThan(all.width * 0.3);
    expect(value?.right).toBeCloseTo(all.right, 0);
    expect(getComputedStyle(row.children[0] as Element).fontWeight).toBe("400");
  }
  const code = el.querySelector(".lgn-code pre") as Element;
  expect(getComputedStyle(code).whiteSpace).toBe("pre");
});

test.each([
  ["light", 255],
  ["dark", 18],
])(
  "a page that says it is %s is followed, into a shadow root, whatever the system's theme",
  async (scheme, grey) => {
    const host = document.body.appendChild(document.createElement("div"));
    cleanups.push(() => host.remove());
    host.style.colorScheme = scheme;
    const inside = host.attachShadow({ mode: "open" });
    const el = await everything(800);
    for (const sheet of document.head.querySelectorAll("style")) {
      inside.append(sheet.cloneNode(true));
    }
    inside.append(el);
    const root = el.querySelector(".lgn") as HTMLElement;
    expect(getComputedStyle(root).backgroundColor).toBe(`rgb(${grey}, ${grey}, ${grey})`);
  },
);

test("without a theme the colours are the browser's own", async () => {
  const el = await everything(800);
  const root = el.querySelector(".lgn") as HTMLElement;
  expect(getComputedStyle(root).backgroundColor).toBe("rgb(255, 255, 255)");
  expect(await violations(el)).toEqual([]);
});
