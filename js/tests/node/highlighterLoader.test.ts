import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadHighlighter, offerHighlighter } from "../../src/highlight/loader";
import { KernelAsset } from "../../src/source/kernelAsset";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});

test("a loader without an answer is abandoned in time, and the next one used", async () => {
  const withdraw = offerHighlighter(never);
  const failed = vi.fn();
  loadHighlighter().catch(failed);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(failed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(failed).toHaveBeenCalledOnce();
  // Whoever tries again gets it from where it can be had by now.
  const highlighter = { build: "source" };
  offerHighlighter(async () => highlighter);
  const got = loadHighlighter();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(await got).toBe(highlighter);
  withdraw();
});

test("a kernel gets one request, and another after a while, however often one tries", async () => {
  const ask = vi.fn();
  const asset = new KernelAsset(ask);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    asset.load().catch(() => {});
    await vi.advanceTimersByTimeAsync(10_001);
  }
  expect(ask).toHaveBeenCalledTimes(2);
});

test("a kernel that has not got the file gets another request at the next attempt", async () => {
  const ask = vi.fn();
  const asset = new KernelAsset(ask);
  const first = asset.load();
  asset.receive(undefined);
  await expect(first).rejects.toThrow("has not got");
  asset.load().catch(() => {});
  expect(ask).toHaveBeenCalledTimes(2);
});
