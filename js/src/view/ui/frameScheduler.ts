/** Milliseconds of one frame that drawing may take before the rest waits for the next. */
const BUDGET = 12;
/** Milliseconds after which work is done without a frame: hidden pages have none. */
const HIDDEN = 250;

/**
 * Draws at most once per animation frame, however often something changes.
 *
 * Where one frame's budget does not suffice, the rest is drawn in the next, so that the
 * page stays responsive.
 */
export class FrameScheduler {
  #jobs = new Set<() => void>();
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Do a job in the next frame, once, however often it is requested. */
  request(job: () => void): void {
    this.#jobs.add(job);
    this.#schedule();
  }

  /** Forget a job. */
  cancel(job: () => void): void {
    this.#jobs.delete(job);
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.#run());
    this.#timer = setTimeout(() => this.#run(), HIDDEN);
  }

  #run(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const began = performance.now();
    // What jobs ask for while they run belongs to the next frame.
    for (const job of [...this.#jobs]) {
      if (performance.now() - began > BUDGET) break;
      this.#jobs.delete(job);
      job();
    }
    if (this.#jobs.size > 0) this.#schedule();
  }
}

/** The page's scheduler. */
export const frameScheduler = new FrameScheduler();
