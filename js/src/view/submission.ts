import { signal } from "@preact/signals-core";
import type { RunSource } from "../source/runSource";
import type { Scope } from "./ui/scope";

/** Milliseconds after which a kernel that has not begun is called busy. */
const SLOW = 1000;

/**
 * Tracks an input from the Run button to the run's first event.
 */
export class Submission {
  /** A sentence about a problem of the last attempt; empty if there is none. */
  readonly problem = signal("");
  /** Whether the kernel has not begun yet. */
  readonly pending = signal(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param source - the source of runs
   * @param began - called when the requested run has begun
   */
  constructor(
    readonly source: RunSource,
    scope: Scope,
    began: () => void,
  ) {
    scope.follow(() => {
      const { value } = source.problem;
      this.#finish();
      this.problem.value = value;
    });
    scope.follow(() => {
      if (source.status.value !== "running") return;
      const asked = this.pending.peek();
      this.#finish();
      this.problem.value = "";
      if (asked) began();
    });
    scope.onClose(() => clearTimeout(this.#timer));
  }

  /** Show why nothing was sent. */
  refuse(problem: string): void {
    this.problem.value = problem;
  }

  /** Wait for the kernel's answer to a request that was just sent. */
  sent(): void {
    this.#finish();
    this.problem.value = "";
    this.pending.value = true;
    this.#timer = setTimeout(() => {
      this.pending.value = false;
      // The kernel does not report the same problem twice.
      this.problem.value =
        this.source.problem.value || "The kernel is busy: the run begins when it is free.";
    }, SLOW);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.pending.value = false;
  }
}
