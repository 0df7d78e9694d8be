import type { RunState } from "../model/runState";
import type { Payload, Status, Usage } from "../protocol/events.gen";

/** A message of a run. */
export interface RunMessage {
  readonly role: string;
  readonly node: string | null;
  readonly namespace: readonly string[];
  readonly text: string;
  readonly metadata: Readonly<Record<string, Payload>>;
  readonly usage: Usage | null;
}

/** What a run left behind. */
export class Run {
  readonly #run: RunState;
  /** The root graph's final state, as LangGraph.js gave it. */
  readonly state: unknown;

  constructor(run: RunState, state: unknown) {
    this.#run = run;
    this.state = state;
  }

  get status(): Status {
    return this.#run.status.value;
  }

  get messages(): RunMessage[] {
    return this.#run.messages.map(({ role, node, ns, blocks, metadata, usage }) => ({
      role,
      node,
      namespace: ns,
      text: blocks
        .filter(({ kind }) => kind === "text")
        .map((block) => block.text.toString())
        .join(""),
      metadata,
      usage,
    }));
  }

  /** What waits for an answer: `new Command({ resume: … })`. */
  get interrupts(): { id: string | null; value: Payload }[] {
    return this.#run.interrupts.map(({ id, value }) => ({ id, value }));
  }

  /** What the providers counted, summed; null where none did. */
  get usage(): Usage | null {
    return this.#run.usage;
  }

  /**
   * What the models said.
   *
   * @param node - of this node only
   */
  text(node?: string): string {
    return this.messages
      .filter((message) => message.role === "ai" && (node ?? message.node) === message.node)
      .map(({ text }) => text)
      .filter(Boolean)
      .join("\n\n");
  }

  /** How Deno shows it as a cell's value. */
  [Symbol.for("Deno.customInspect")](): string {
    return `Run: ${this.status}, ${this.#run.messages.length} messages`;
  }
}
