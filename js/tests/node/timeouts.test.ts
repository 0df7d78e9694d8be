import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KernelConnection } from "../../src/source/kernelConnection";
import { Resync } from "../../src/source/resync";
import { StopRequest } from "../../src/source/stopRequest";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("asking for what is lacking", () => {
  function setUp(lacking: "gap" | "late" | null) {
    const state = { lacking, asked: [] as number[], waiting: [] as boolean[] };
    const began = performance.now();
    const resync = new Resync(
      () => state.asked.push(Math.round(performance.now() - began)),
      () => state.lacking,
      (unanswered) => state.waiting.push(unanswered),
    );
    return { state, resync };
  }

  test("continues, at a modest rate, until everything is here", () => {
    const { state, resync } = setUp("late");
    resync.start();
    vi.advanceTimersByTime(8000);
    expect(state.asked).toEqual([0, 500, 1500, 3500, 5500, 7500]);
    state.lacking = null;
    resync.check();
    vi.advanceTimersByTime(10_000);
    expect(state.asked).toHaveLength(6);
    expect(state.waiting.at(-1)).toBe(false);
  });

  test("asks once where nothing is lacking", () => {
    const { state, resync } = setUp(null);
    resync.start();
    vi.advanceTimersByTime(10_000);
    expect(state.asked).toEqual([0]);
  });

  test("asks at most twice a second, however many frames leave a gap", () => {
    const { state, resync } = setUp(null);
    resync.start();
    vi.advanceTimersByTime(100);
    state.lacking = "gap";
    for (let frame = 0; frame < 20; frame += 1) {
      resync.check();
      vi.advanceTimersByTime(20);
    }
    vi.advanceTimersByTime(100);
    expect(state.asked).toEqual([0, 500]);
  });

  test("gives what is late a moment before it asks", () => {
    const { state, resync } = setUp(null);
    resync.start();
    vi.advanceTimersByTime(2000);
    state.lacking = "late";
    resync.check();
    vi.advanceTimersByTime(400);
    state.lacking = null;
    resync.check();
    vi.advanceTimersByTime(5000);
    expect(state.asked).toEqual([0]);
    expect(state.waiting).not.toContain(true);
  });
});

describe("stopping", () => {
  function setUp(interruptible: boolean) {
    const state = { running: true, asked: 0, interrupted: 0, helpless: 0 };
    const stopper = new StopRequest(
      () => {
        state.asked += 1;
      },
      () => state.running,
      () => {
        state.interrupted += 1;
        return interruptible;
      },
      () => {
        state.helpless += 1;
      },
    );
    return { state, stopper };
  }

  test("asks again every quarter of a second until the run has stopped", () => {
    const { state, stopper } = setUp(true);
    stopper.stop();
    vi.advanceTimersByTime(600);
    expect(state.asked).toBe(3);
    state.running = false;
    vi.advanceTimersByTime(5000);
    expect(state).toMatchObject({ asked: 3, interrupted: 0 });
  });

  test("interrupts the kernel once, after a second", () => {
    const { state, stopper } = setUp(true);
    stopper.stop();
    stopper.stop();
    vi.advanceTimersByTime(999);
    expect(state.interrupted).toBe(0);
    vi.advanceTimersByTime(4000);
    expect(state).toMatchObject({ interrupted: 1, helpless: 0 });
  });

  test("says so where the kernel cannot be interrupted", () => {
    const { state, stopper } = setUp(false);
    stopper.stop();
    vi.advanceTimersByTime(1500);
    expect(state.helpless).toBe(1);
  });

  test("does nothing where nothing runs", () => {
    const { state, stopper } = setUp(true);
    state.running = false;
    stopper.stop();
    vi.advanceTimersByTime(2000);
    expect(state.asked).toBe(0);
  });
});

describe("a host's kernel", () => {
  const signal = () => {
    const slots = new Set<(sender: unknown, value: unknown) => void>();
    return {
      slots,
      connect: (slot: (sender: unknown, value: unknown) => void) => slots.add(slot),
      disconnect: (slot: (sender: unknown, value: unknown) => void) => slots.delete(slot),
    };
  };

  test("is distinguished from none", () => {
    const interrupt = vi.fn(() => Promise.reject(new Error("gone")));
    expect(new KernelConnection({ kernel: { interrupt } }).interrupt()).toBe(true);
    expect(interrupt).toHaveBeenCalledOnce();
    for (const manager of [undefined, null, {}, { kernel: null }, { kernel: {} }]) {
      expect(new KernelConnection(manager).interrupt()).toBe(false);
    }
  });

  test("is watched for its end, until it is no longer wanted", () => {
    const [statusChanged, disposed] = [signal(), signal()];
    const until = new AbortController();
    const gone = vi.fn();
    new KernelConnection({ kernel: { statusChanged, disposed } }).watch(gone, until.signal);
    for (const status of ["busy", "idle", "restarting"]) {
      for (const slot of statusChanged.slots) slot(null, status);
    }
    for (const slot of disposed.slots) slot(null, undefined);
    expect(gone).toHaveBeenCalledTimes(2);
    until.abort();
    expect(statusChanged.slots.size + disposed.slots.size).toBe(0);
  });
});
