/** Milliseconds per frame for drawing; the rest waits for the next frame. */
const BUDGET = 12;
/** Milliseconds after which jobs run without a frame: hidden pages have none. */
const HIDDEN = 250;

/**
 * Draws at most once per animation frame, however often something changes.
 *
 * If one frame's budget is too small, the rest is drawn in the next, so that the
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
    // Requests from running jobs belong to the next frame.
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
