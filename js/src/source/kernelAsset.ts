import type { Loader } from "../highlight/loader";

/** Milliseconds after which an unanswered question is asked anew: busy kernels answer them all. */
const SPACING = 30_000;

/** The second file by way of a widget's kernel, which sends its bytes when asked. */
export class KernelAsset {
  #coming: Promise<DataView> | undefined;
  #done = (_bytes: DataView) => {};
  #failed = (_reason: Error) => {};
  #asked = 0;

  /** @param ask - asks the kernel for the file */
  constructor(readonly ask: () => void) {}

  /** Ask, and load what comes as anywidget loads its own code. What comes late is kept. */
  readonly load: Loader = async () => {
    const fresh = !this.#coming;
    this.#coming ??= new Promise((done, failed) => {
      this.#done = done;
      this.#failed = failed;
    });
    // Nobody may be left who waits for it.
    this.#coming.catch(() => {});
    if (fresh || performance.now() - this.#asked > SPACING) {
      this.#asked = performance.now();
      this.ask();
    }
    const file = new Blob([(await this.#coming) as DataView<ArrayBuffer>], {
      type: "text/javascript",
    });
    // Once per page, and not revoked: the file starts a worker of itself.
    return import(/* @vite-ignore */ URL.createObjectURL(file));
  };

  /** Take the kernel's answer, which is empty where it has no such file. */
  receive(bytes: DataView | undefined): void {
    if (bytes?.byteLength) this.#done(bytes);
    else this.close();
  }

  /** Nothing will come any more. */
  close(): void {
    this.#failed(new Error("The kernel has not got the file."));
    this.#coming = undefined;
  }
}
