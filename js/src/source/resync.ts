/** Milliseconds before each repeated request; the last value is repeated. */
const DELAYS = [500, 1000, 2000] as const;
/** Least milliseconds between two requests: faster, they would flood a kernel. */
const SPACING = 500;

/**
 * Requests missing events until they are here, at a modest rate. A kernel that runs a cell may
 * not be able to answer before the cell ends.
 */
export class Resync {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = Number.NEGATIVE_INFINITY;
  #questions = 0;

  /**
   * @param ask - asks the kernel
   * @param missing - whether events are missing: certainly (`"gap"`), or they may still be on
   *   their way (`"late"`)
   * @param waiting - called when a question stayed unanswered, and when all events are here
   */
  constructor(
    readonly ask: () => void,
    readonly missing: () => "gap" | "late" | null,
    readonly waiting: (unanswered: boolean) => void,
  ) {}

  /** Send a request now, in any case. */
  start(): void {
    this.#question();
    this.#questions = 0;
    this.check();
  }

  /** Check again for missing events; call this whenever a frame was received. */
  check(): void {
    const missing = this.missing();
    if (!missing) {
      this.close();
      this.waiting(false);
      return;
    }
    if (this.#timer !== undefined) return;
    const patience = missing === "gap" && this.#questions === 0 ? 0 : this.#delay();
    const wait = Math.max(patience, this.#asked + SPACING - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.missing()) {
        this.waiting(true);
        this.#question();
      }
      this.check();
    }, wait);
  }

  /** Stop asking. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#questions = 0;
  }

  #delay(): number {
    return DELAYS[Math.min(this.#questions, DELAYS.length - 1)] ?? SPACING;
  }

  #question(): void {
    this.#asked = performance.now();
    this.#questions += 1;
    this.ask();
  }
}
