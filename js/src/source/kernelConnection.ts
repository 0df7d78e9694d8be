/** A Lumino signal. */
interface LuminoSignal {
  connect(slot: (sender: unknown, value: unknown) => void): unknown;
  disconnect(slot: (sender: unknown, value: unknown) => void): unknown;
}

/** The kernel connection that some hosts' widget managers have. */
interface HostKernel {
  interrupt?: () => Promise<unknown>;
  statusChanged?: LuminoSignal;
  disposed?: LuminoSignal;
}

const ENDED = new Set(["restarting", "autorestarting", "terminating", "dead"]);

/** The kernel of a widget, if its host gives access to it. */
export class KernelConnection {
  readonly #connection: HostKernel | undefined;

  /** @param manager - the widget's manager; JupyterLab's and Notebook's know their kernel */
  constructor(manager: unknown) {
    this.#connection = (manager as { kernel?: HostKernel } | null | undefined)?.kernel;
  }

  /** Interrupt the kernel; false if this host offers no way. */
  interrupt(): boolean {
    if (typeof this.#connection?.interrupt !== "function") return false;
    // A kernel that is gone rejects this: then there is nothing to stop.
    this.#connection.interrupt().catch(() => {});
    return true;
  }

  /** Call `gone` when the kernel restarts or goes away, until the signal aborts. */
  watch(gone: () => void, until: AbortSignal): void {
    const onStatus = (_: unknown, status: unknown) => {
      if (ENDED.has(String(status))) gone();
    };
    const slots = [
      [this.#connection?.statusChanged, onStatus],
      [this.#connection?.disposed, gone],
    ] as const;
    for (const [signal, slot] of slots) {
      if (typeof signal?.connect !== "function") continue;
      signal.connect(slot);
      until.addEventListener("abort", () => signal.disconnect(slot), { once: true });
    }
  }
}
