import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { h } from "../../src/view/ui/element";
import { fill } from "../../src/view/ui/lazyPart";
import { Scope } from "../../src/view/ui/scope";

const { loadExtra } = vi.hoisted(() => ({ loadExtra: vi.fn() }));
vi.mock("../../src/lazy/lazyBundle", () => ({ loadExtra }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  loadExtra.mockReset();
});

const extra = { css: "" };
const part = () => h("p", {}, "Here it is.");

function holder(): { element: HTMLElement; scope: Scope } {
  const element = h("div");
  const scope = new Scope();
  document.body.append(element);
  return { element, scope };
}

test("what does not come says so in a sentence, and comes when one tries again", async () => {
  const { element, scope } = holder();
  loadExtra.mockRejectedValueOnce(new Error("late"));
  fill(element, part, scope);
  await vi.advanceTimersByTimeAsync(1);
  expect(element.textContent).toMatch(/^This part has not come.*Try again$/);
  loadExtra.mockResolvedValue(extra);
  element.querySelector("button")?.click();
  await vi.advanceTimersByTimeAsync(1);
  expect(element.textContent).toBe("Here it is.");
  element.remove();
});

test("what comes late is shown without anybody's doing", async () => {
  const { element, scope } = holder();
  loadExtra.mockRejectedValueOnce(new Error("late")).mockRejectedValueOnce(new Error("late"));
  loadExtra.mockResolvedValue(extra);
  fill(element, part, scope);
  await vi.advanceTimersByTimeAsync(10_001);
  const button = element.querySelector("button");
  expect(button).not.toBeNull();
  await vi.advanceTimersByTimeAsync(10_001);
  expect(element.textContent).toBe("Here it is.");
  element.remove();
});

test("nothing is asked for any more when the view has gone", async () => {
  const { element, scope } = holder();
  loadExtra.mockRejectedValue(new Error("late"));
  fill(element, part, scope);
  await vi.advanceTimersByTimeAsync(1);
  scope.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(loadExtra).toHaveBeenCalledOnce();
  element.remove();
});
