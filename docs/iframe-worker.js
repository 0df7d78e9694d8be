// Search on pages that are opened from disk, where browsers refuse workers: the worker's script
// runs in a hidden frame instead, and hears and says what a worker would.
// MkDocs Material's `offline` plugin knows this file by its name; without one of that name it
// would load such a script from another site.
if (location.protocol === "file:") {
  self.Worker = class extends EventTarget {
    #inside;

    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inner = frame.contentWindow;
      inner.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }));
      this.#inside = new Promise((resolve, reject) => {
        const script = inner.document.createElement("script");
        script.onload = () => resolve(inner);
        script.onerror = () => reject(new Error(`${url} did not load`));
        script.src = url;
        inner.document.body.append(script);
      });
    }

    async postMessage(data) {
      const inner = await this.#inside;
      inner.dispatchEvent(new MessageEvent("message", { data }));
    }
  };
}
