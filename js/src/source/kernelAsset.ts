import type { Loader } from "../highlight/loader";

/** Milliseconds between two requests. They are rare, since a busy kernel answers each of them. */
const SPACING = 30_000;

/** The highlighter's file from a widget's kernel, which sends its bytes on request. */
export class KernelAsset {
  #coming: Promise<DataView> | undefined;
  #done = (_bytes: DataView) => {};
  #failed = (_reason: Error) => {};
  #asked = 0;

  /** @param ask - asks the kernel for the file */
  constructor(readonly ask: () => void) {}

  /** Request the file, and import it as anywidget imports its own code. A late answer counts. */
  readonly load: Loader = async () => {
    const fresh = !this.#coming;
    this.#coming ??= new Promise((done, failed) => {
      this.#done = done;
      this.#failed = failed;
    });
    // Nothing may be waiting for it any more.
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

  /** Take the kernel's answer, which is empty if it has no such file. */
  receive(bytes: DataView | undefined): void {
    if (bytes?.byteLength) this.#done(bytes);
    else this.close();
  }

  /** Stop waiting: no answer will come. */
  close(): void {
    this.#failed(new Error("The kernel has not got the file."));
    this.#coming = undefined;
  }
}
