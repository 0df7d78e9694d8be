import { computed, effect, untracked } from "@preact/signals-core";
import { frameScheduler } from "./frameScheduler";

/** The lifetime of a part of a view: its effects end when it is closed. */
export class Scope {
  #ends: (() => void)[] = [];

  /**
   * Run a function now and whenever a signal that it read has changed.
   *
   * @param job - the function to run; a function that it returns is called before the next time,
   *   and at the end
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most jobs return nothing at all
  follow(job: () => void | (() => void)): void {
    this.#ends.push(effect(job));
  }

  /**
   * Build a part now, and again whenever the value that it depends on changes.
   *
   * @param read - reads that value
   * @param build - builds the part; signals that it reads do not count, and its scope ends
   *   with the part
   */
  renew<T>(read: () => T, build: (value: T, scope: Scope) => void): void {
    const wanted = computed(read);
    const part = this.child();
    this.follow(() => {
      const { value } = wanted;
      untracked(() => {
        part.close();
        build(value, part);
      });
    });
  }

  /**
   * Draw now, and once per animation frame while what `read` read keeps changing.
   *
   * @param read - reads the signals that the drawing depends on
   * @param draw - draws
   */
  paint(read: () => unknown, draw: () => void): void {
    draw();
    let first = true;
    this.follow(() => {
      read();
      if (!first) frameScheduler.request(draw);
      first = false;
    });
    this.onClose(() => frameScheduler.cancel(draw));
  }

  /** Call a function when the scope is closed. */
  onClose(end: () => void): void {
    this.#ends.push(end);
  }

  /** A scope that is closed with this one, if not before. */
  child(): Scope {
    const scope = new Scope();
    this.onClose(() => scope.close());
    return scope;
  }

  /** End everything, newest first. Closing twice is harmless. */
  close(): void {
    for (let end = this.#ends.pop(); end; end = this.#ends.pop()) end();
  }
}
