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

/** A finished run. */
export class Run {
  readonly #run: RunState;
  /** The root graph's final state, as from LangGraph.js. */
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

  /** Interrupts that wait for an answer: `new Command({ resume: … })`. */
  get interrupts(): { id: string | null; value: Payload }[] {
    return this.#run.interrupts.map(({ id, value }) => ({ id, value }));
  }

  /** The sum of the providers' token counts; null if none counted. */
  get usage(): Usage | null {
    return this.#run.usage;
  }

  /**
   * The models' text.
   *
   * @param node - only this node's text
   */
  text(node?: string): string {
    return this.messages
      .filter((message) => message.role === "ai" && (node ?? message.node) === message.node)
      .map(({ text }) => text)
      .filter(Boolean)
      .join("\n\n");
  }

  /** Its display as the value of a Deno cell. */
  [Symbol.for("Deno.customInspect")](): string {
    return `Run: ${this.status}, ${this.#run.messages.length} messages`;
  }
}
