/** Milliseconds before each question that repeats an unanswered one; the last one stays. */
const DELAYS = [500, 1000, 2000] as const;
/** Milliseconds between two questions at least: faster, they would flood a kernel. */
const SPACING = 500;

/**
 * Asks for what is lacking until it has come, at a modest rate: a kernel that runs a cell
 * may not be able to answer before the cell ends.
 */
export class Resync {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = Number.NEGATIVE_INFINITY;
  #questions = 0;

  /**
   * @param ask - asks the kernel
   * @param lacking - whether events are missing: certainly (`"gap"`), or they may still be on
   *   their way (`"late"`)
   * @param waiting - called when a question stayed unanswered, and when all events are here
   */
  constructor(
    readonly ask: () => void,
    readonly lacking: () => "gap" | "late" | null,
    readonly waiting: (unanswered: boolean) => void,
  ) {}

  /** Ask now, whatever has come. */
  start(): void {
    this.#question();
    this.#questions = 0;
    this.tend();
  }

  /** Look again at what is lacking: to be called whenever something has come. */
  tend(): void {
    const lacking = this.lacking();
    if (!lacking) {
      this.close();
      this.waiting(false);
      return;
    }
    if (this.#timer !== undefined) return;
    const patience = lacking === "gap" && this.#questions === 0 ? 0 : this.#delay();
    const wait = Math.max(patience, this.#asked + SPACING - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.lacking()) {
        this.waiting(true);
        this.#question();
      }
      this.tend();
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
