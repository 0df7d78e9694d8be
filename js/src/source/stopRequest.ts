/** Milliseconds between two stop requests: the first may wait behind a running cell. */
const REPEAT = 250;
/** Milliseconds without effect after which the kernel itself is interrupted. */
const INTERRUPT_DELAY = 1000;

/** Stops a run: sends requests until it has stopped, then interrupts the kernel. */
export class StopRequest {
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param ask - asks the kernel to stop the run; may be called often
   * @param running - whether the run is still running
   * @param interrupt - interrupts the kernel; false if this host offers no way
   * @param powerless - called when the run keeps running and nothing can interrupt it
   */
  constructor(
    readonly ask: () => void,
    readonly running: () => boolean,
    readonly interrupt: () => boolean,
    readonly powerless: () => void,
  ) {}

  /** Stop the run. A second call while the first is at work does nothing. */
  stop(): void {
    if (this.#timer !== undefined || !this.running()) return;
    const began = performance.now();
    let insisted = false;
    this.ask();
    this.#timer = setInterval(() => {
      if (!this.running()) {
        this.close();
        return;
      }
      this.ask();
      if (!insisted && performance.now() - began >= INTERRUPT_DELAY) {
        insisted = true;
        if (!this.interrupt()) this.powerless();
      }
    }, REPEAT);
  }

  /** Stop asking. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
