import type { Way } from "./supply";

/** The second file by way of a widget's kernel, which sends its bytes when asked. */
export class Asset {
  #waiting: { done: (bytes: DataView) => void; failed: (reason: Error) => void } | undefined;

  /** @param ask - asks the kernel for the file */
  constructor(readonly ask: () => void) {}

  /** Ask, and load what comes as anywidget loads its own code. */
  readonly way: Way = async () => {
    const bytes = await new Promise<DataView>((done, failed) => {
      this.#waiting = { done, failed };
      this.ask();
    });
    const file = new Blob([bytes as DataView<ArrayBuffer>], { type: "text/javascript" });
    // Once per page, and not revoked: the file starts a worker of itself.
    return import(/* @vite-ignore */ URL.createObjectURL(file));
  };

  /** Take the kernel's answer, which is empty where it has no such file. */
  receive(bytes: DataView | undefined): void {
    if (bytes?.byteLength) this.#waiting?.done(bytes);
    else this.end();
  }

  /** Nothing will come any more. */
  end(): void {
    this.#waiting?.failed(new Error("The kernel has not got the file."));
    this.#waiting = undefined;
  }
}
