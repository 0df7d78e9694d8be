/** Deno's API for notebooks. */
interface Jupyter {
  broadcast(
    type: string,
    content: Record<string, unknown>,
    extra?: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] },
  ): Promise<void>;
}

/** The kernel that this code runs in. */
export type Send = Jupyter["broadcast"];

/**
 * Find the function that sends messages to the front end.
 *
 * @throws Error outside of a Deno notebook
 */
export function broadcast(): Send {
  const { Deno } = globalThis as { Deno?: { jupyter?: Partial<Jupyter> } };
  try {
    const jupyter = Deno?.jupyter;
    if (typeof jupyter?.broadcast === "function") {
      return (...message) => (jupyter as Jupyter).broadcast(...message);
    }
  } catch {
    // Outside of a notebook Deno throws here.
  }
  throw new Error("lgstream runs in a Jupyter notebook with the Deno kernel.");
}

/**
 * A widget in the front end. Deno's kernel receives no messages from it.
 */
export class Widget {
  readonly id = crypto.randomUUID();
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Create it, with its code and its state. */
  open(esm: string, state: Record<string, unknown>): Promise<void> {
    const model = {
      // Any version: the page's one is not known here.
      _model_module: "anywidget",
      _model_module_version: "*",
      _model_name: "AnyModel",
      _view_module: "anywidget",
      _view_module_version: "*",
      _view_name: "AnyView",
      _view_count: null,
      _dom_classes: [],
      _anywidget_id: "lg_notebook.GraphWidget",
      _esm: esm,
    };
    const data = { state: { ...model, ...state }, buffer_paths: [] };
    return this.#send(
      "comm_open",
      { comm_id: this.id, target_name: "jupyter.widget", data },
      { metadata: { version: "2.1.0" } },
    );
  }

  /** Change its state. */
  set(state: Record<string, unknown>): Promise<void> {
    return this.#message({ method: "update", state, buffer_paths: [] });
  }

  /** Send it a message of our own. */
  send(content: unknown, buffer: Uint8Array): Promise<void> {
    return this.#message({ method: "custom", content }, [buffer]);
  }

  #message(data: Record<string, unknown>, buffers: Uint8Array[] = []): Promise<void> {
    return this.#send("comm_msg", { comm_id: this.id, data }, { buffers });
  }
}

/** An output of the cell that runs. */
export class Display {
  readonly #id = crypto.randomUUID();
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Show it. */
  open(data: Record<string, unknown>, metadata: Record<string, unknown> = {}): Promise<void> {
    return this.#put("display_data", data, metadata);
  }

  /** Replace its content. */
  update(data: Record<string, unknown>, metadata: Record<string, unknown> = {}): Promise<void> {
    return this.#put("update_display_data", data, metadata);
  }

  #put(type: string, data: object, metadata: object): Promise<void> {
    return this.#send(type, { data, metadata, transient: { display_id: this.#id } });
  }
}
