import { afterEach, describe, expect, test } from "vitest";
import { cdp, page } from "vitest/browser";
import { Demo } from "../demo";
import { buttonNamed, cleanUp, drawn, FakeKernel } from "./fakeKernel";

interface Session {
  send(method: string, params: object): Promise<unknown>;
}

/** Have the browser behave as for a reader who has set this. */
async function prefer(name?: string, value?: string): Promise<void> {
  const features = name ? [{ name, value }] : [];
  await (cdp() as unknown as Session).send("Emulation.setEmulatedMedia", { features });
}

afterEach(async () => {
  cleanUp();
  await prefer();
});

const LONG = "The quick brown fox jumps over the lazy dog. ";

/** A view of a run that is still running, with an example of everything. */
async function show(width = 900, dir = "") {
  await page.viewport(width + 40, 900);
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const call = { id: "c1", name: "look_up", args: '{"q": 1}' };
  const demo = new Demo().input("Hi").calls("model", [call], "Let me see.").begin("c1", "look_up");
  demo.result("c1", "look_up", "Found.").answer("inner", "Inside.", "i1", ["team:t"]);
  demo.parallel({ one: LONG, two: LONG }).custom({ a: 1 });
  demo.together(
    Array.from({ length: 6 }, (_, at) => ({ node: "w", task: `w${at}`, text: "Short." })),
  );
  demo.writer.task("last", "l1");
  demo.writer.say("And so", demo.message());
  kernel.send(demo.writer.events);
  const el = kernel.render(width);
  el.dir = dir;
  await drawn(12);
  const get = (selector: string) => {
    const found = el.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`Nothing is ${selector}`);
    return found;
  };
  return { el, get };
}

/** A system colour, as the browser resolves it now. */
function system(name: string): string {
  const probe = document.createElement("i");
  probe.style.cssText = `forced-color-adjust: none; color: ${name}`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

describe("with forced colours", () => {
  test("pressed, selected and running elements are still recognisable", async () => {
    await prefer("forced-colors", "active");
    expect(matchMedia("(forced-colors: active)").matches).toBe(true);
    const { el, get } = await show();
    const [canvas, highlight] = [system("Canvas"), system("Highlight")];
    expect(highlight).not.toBe(canvas);
    const raw = buttonNamed(el, "Raw");
    expect(getComputedStyle(raw).backgroundColor).not.toBe(highlight);
    raw.click();
    await drawn();
    expect(getComputedStyle(raw).backgroundColor).toBe(highlight);
    raw.click();
    get(".lgn-select").click();
    await drawn();
    expect(getComputedStyle(get("[data-pinned]")).outlineColor).toBe(highlight);
    expect(getComputedStyle(get("[data-pinned]")).outlineStyle).toBe("solid");
    const plain = getComputedStyle(get("article:not([data-pinned])"), "::before");
    expect(plain.backgroundColor).toBe(system("CanvasText"));
    expect(getComputedStyle(get(".lgn-streaming p:last-child"), "::after").backgroundColor).toBe(
      system("CanvasText"),
    );
  });

  test("triangles stay triangles", async () => {
    await prefer("forced-colors", "active");
    const { get } = await show();
    const { borderTopColor, borderLeftColor } = getComputedStyle(get("summary"), "::before");
    expect(borderTopColor).toBe("rgba(0, 0, 0, 0)");
    expect(borderLeftColor).toBe(system("CanvasText"));
  });
});

test("with reduced motion nothing moves", async () => {
  const moving = (el: Element) => el.getAnimations({ subtree: true }).length;
  const { el } = await show();
  expect(moving(el)).toBeGreaterThan(0);
  await prefer("prefers-reduced-motion", "reduce");
  await drawn(3);
  expect(moving(el)).toBe(0);
  const summary = el.querySelector("summary") as HTMLElement;
  expect(getComputedStyle(summary, "::before").transitionDuration).toBe("0s");
});

describe("in a page that is read from right to left", () => {
  test.each([900, 320])("everything is mirrored and fits, %i pixels wide", async (width) => {
    const { el, get } = await show(width, "rtl");
    const root = get(".lgn");
    expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
    const scroller = get(".lgn-scroller");
    expect(scroller.scrollWidth).toBeLessThanOrEqual(scroller.clientWidth);
    const box = (selector: string) => get(selector).getBoundingClientRect();
    if (width > 620) {
      expect(box(".lgn-sidebar-pane").right).toBeLessThanOrEqual(box(".lgn-transcript").left + 1);
      const lanes = [...el.querySelectorAll(".lgn-lanes:not(.lgn-grid) > .lgn-lane")];
      const [one, two] = lanes.map((lane) => lane.getBoundingClientRect().left);
      expect(two).toBeLessThan(one ?? 0);
    }
    const bar = getComputedStyle(get("article"), "::before");
    expect([bar.right, bar.width]).toEqual(["6px", "3px"]);
  });

  test("folds point to the left, and down when they are open", async () => {
    const { get } = await show(900, "rtl");
    const arrow = () => getComputedStyle(get(".lgn-reasoning > summary"), "::before");
    expect([arrow().borderRightWidth, arrow().borderLeftWidth]).toEqual(["5px", "0px"]);
    get(".lgn-reasoning > summary").click();
    await expect.poll(() => arrow().rotate).toBe("-90deg");
  });
});

test("at 320 pixels nothing overflows the view, and the details are below", async () => {
  const { el, get } = await show(320);
  const right = get(".lgn").getBoundingClientRect().right;
  const out = [...el.querySelectorAll<HTMLElement>(".lgn button, .lgn article, .lgn summary")]
    .filter(
      (each) => each.checkVisibility() && !each.closest("pre, .lgn-table, .lgn-graph-scroller"),
    )
    .filter((each) => each.getBoundingClientRect().right > right + 1);
  expect(out.map((each) => each.outerHTML)).toEqual([]);
  const below = get(".lgn-sidebar-pane").getBoundingClientRect().top;
  expect(below).toBeGreaterThanOrEqual(get(".lgn-transcript").getBoundingClientRect().bottom - 1);
});
