import type { AnyModel } from "@anywidget/types";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { offerHighlighter } from "../highlight/loader";
import { type Filters, readFilters } from "../model/filters";
import { RunState } from "../model/runState";
import type { Status } from "../protocol/events.gen";
import { type Frame, WireError } from "../protocol/frames";
import { KernelAsset } from "./kernelAsset";
import { KernelConnection } from "./kernelConnection";
import { Resync } from "./resync";
import type { Actions, GraphInfo, Link, RunSource } from "./runSource";
import { StopRequest } from "./stopRequest";

/** The widget's synchronised traits. */
export interface Traits {
  uid: string;
  graph: GraphInfo;
  form: boolean;
  status: "idle" | Status;
  problem: string;
  filters: Filters;
  count: number;
  /** Whether the run continues after the end of its cell. */
  background: boolean;
  /** Whether the kernel receives no messages from the view, as Deno's. */
  oneway?: boolean;
}

const UNREADABLE =
  "A message from the kernel cannot be read: reload the page, or update lg_notebook.";
const BUSY_ELSEWHERE = "The kernel is busy with another cell: the run stops when that has ended.";
const BUSY = "The kernel is busy: interrupt it from the notebook's menu to stop this run.";

/**
 * One widget's runs in this page: applies the kernel's frames, requests
 * missing ones, and sends the reader's actions. Any number of views may follow it, or none.
 */
export class WidgetSource implements RunSource {
  readonly uid: string;
  readonly graph: ReadonlySignal<GraphInfo>;
  readonly form: ReadonlySignal<boolean>;
  readonly filters: ReadonlySignal<Filters>;
  readonly status: Signal<"idle" | Status>;
  readonly problem: ReadonlySignal<string>;
  readonly runs = signal<readonly RunState[]>([]);
  readonly link = signal<Link>("live");
  readonly notice = signal("");
  readonly actions: Actions;
  readonly oneway: boolean;
  /** Whether the page was loaded in the middle of a run: it may lack earlier events. */
  late = false;

  readonly #model: AnyModel<Traits>;
  readonly #client = Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 8)).join(
    "",
  );
  readonly #stores = new Map<number, RunState>();
  readonly #count: ReadonlySignal<number>;
  readonly #resync: Resync;
  readonly #stopper: StopRequest;
  readonly #asset: KernelAsset;

  /**
   * @param model - the widget's model
   * @param until - aborts when the model goes away
   */
  constructor(model: AnyModel<Traits>, until: AbortSignal) {
    this.#model = model;
    this.uid = model.get("uid");
    this.oneway = model.get("oneway") === true;
    this.graph = this.#trait("graph", until);
    this.form = this.#trait("form", until);
    this.status = this.#trait("status", until);
    this.problem = this.#trait("problem", until);
    this.filters = this.#trait("filters", until, readFilters);
    this.#count = this.#trait("count", until);

    const kernel = new KernelConnection(model.widget_manager);
    this.#resync = new Resync(
      () => this.#send({ kind: "sync", client: this.#client, have: this.#have() }),
      () => this.#missing(),
      (unanswered) => {
        if (this.link.value !== "gone") this.link.value = unanswered ? "reconnecting" : "live";
      },
    );
    this.#stopper = new StopRequest(
      () => this.#send({ kind: "stop" }),
      () => this.link.value !== "gone" && this.status.value === "running",
      // An interrupt would stop the cell that runs now, and never a run in the background.
      () => !model.get("background") && kernel.interrupt(),
      () => {
        this.notice.value = model.get("background") ? BUSY_ELSEWHERE : BUSY;
      },
    );
    this.actions = {
      run: (input) => this.#send({ kind: "run", input }),
      stop: () => this.#stopper.stop(),
      resume: (value) => this.#send({ kind: "resume", value }),
    };

    this.#asset = new KernelAsset(() =>
      this.#send({ kind: "asset", name: "highlighter", client: this.#client }),
    );
    until.addEventListener("abort", offerHighlighter(this.#asset.load));

    const receive = (message: unknown, buffers: DataView[]) => this.#receive(message, buffers);
    const gone = () => this.#gone();
    model.on("msg:custom", receive);
    // JupyterLab sets this after it has disconnected a restarted kernel's widgets.
    model.on("comm_live_update", gone);
    model.on("destroy", gone);
    kernel.watch(gone, until);
    until.addEventListener("abort", () => {
      model.off("msg:custom", receive);
      model.off("comm_live_update", gone);
      model.off("destroy", gone);
      gone();
    });

    if (this.#missing()) this.link.value = "reconnecting";
    this.#resync.start();
  }

  /** Whether all events that the kernel has sent are here. */
  get complete(): boolean {
    return this.#missing() === null;
  }

  /** The newest run, or undefined before the first. */
  get newest(): RunState | undefined {
    return this.runs.value.at(-1);
  }

  #trait<K extends keyof Traits, T = Traits[K]>(
    name: K,
    until: AbortSignal,
    read: (value: Traits[K]) => T = (value) => value as unknown as T,
  ): Signal<T> {
    const follower = signal(read(this.#model.get(name)));
    const update = () => {
      follower.value = read(this.#model.get(name));
      if (name === "status") this.notice.value = "";
      if (name === "status" || name === "count") this.#resync.check();
    };
    this.#model.on(`change:${name}`, update);
    until.addEventListener("abort", () => this.#model.off(`change:${name}`, update));
    return follower;
  }

  #send(message: object): void {
    if (this.link.value === "gone" || this.oneway) return;
    try {
      this.#model.send(message);
    } catch {
      // The comm was closed meanwhile, which the host reports separately, if at all.
      this.#gone();
    }
  }

  #receive(message: unknown, buffers: DataView[]): void {
    const frame = message as Partial<Frame> | null;
    const mine = frame?.client === this.#client;
    if ((frame?.kind as unknown) === "asset" && mine) this.#asset.receive(buffers[0]);
    if (frame?.kind !== "frame" && frame?.kind !== "snapshot") return;
    if (frame.kind === "snapshot" && !mine) return;
    const view = buffers[0];
    const bytes = view
      ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      : new Uint8Array();
    batch(() => {
      try {
        const run = this.#run(frame.run ?? 0);
        const before = run.seq;
        run.applyFrame(frame as Frame, bytes);
        if (frame.kind === "snapshot" && run.seq > before) this.late = true;
        if (this.notice.value === UNREADABLE) this.notice.value = "";
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.notice.value = UNREADABLE;
      }
      // A kernel that sends messages is alive, even if the host reported it dead.
      if (this.link.value === "gone") this.link.value = "live";
    });
    this.#resync.check();
  }

  #run(number: number): RunState {
    let run = this.#stores.get(number);
    if (!run) {
      run = new RunState(number);
      this.#stores.set(number, run);
      this.runs.value = [...this.#stores.values()].sort((a, b) => a.number - b.number);
    }
    return run;
  }

  #have(): Record<string, number> {
    return Object.fromEntries([...this.#stores].map(([number, run]) => [number, run.seq]));
  }

  #missing(): "gap" | "late" | null {
    if (this.link.value === "gone") return null;
    for (const run of this.#stores.values()) if (run.gap) return "gap";
    const newest = this.#count.value - 1;
    if (newest < 0) return null;
    const run = this.#stores.get(newest);
    if (!run || run.seq === 0) return "late";
    return this.status.value !== "running" && run.status.value === "running" ? "late" : null;
  }

  #gone(): void {
    this.#resync.close();
    this.#stopper.close();
    this.#asset.close();
    this.link.value = "gone";
  }
}
