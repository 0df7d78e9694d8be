import { signal } from "@preact/signals-core";
import type {
  FinalBlock,
  Kind,
  MessageFinish,
  MessageStart,
  Origin,
  Payload,
  Usage,
} from "../protocol/events.gen";
import { ChunkedText } from "./chunkedText";
import { TokenTimes } from "./tokenTimes";

/** A place in the graph. */
export interface Place {
  ns: string[];
  task: string | null;
  node: string | null;
}

/** A part of a message that has one kind. */
export class Block {
  callId: string | null = null;
  name: string | null = null;
  /** The data of media blocks. */
  readonly data: Payload[] = [];
  readonly text = new ChunkedText();
  readonly tokens = new TokenTimes();
  /** Number of tokens, as a signal. */
  readonly length = signal(0);

  constructor(
    readonly message: Message,
    /** The block's index within its message, as events name it. */
    readonly index: number,
    readonly kind: Kind,
  ) {}

  /** Add a token that came at `time` ns. */
  push(piece: string, time: number): void {
    this.text.append(piece);
    this.tokens.push(piece.length, time);
    this.#grown(1);
  }

  /** Add several tokens: their joined text, their sizes, and when they came, in ns. */
  extend(text: string, sizes: Uint32Array, times: Float64Array): void {
    this.text.append(text);
    for (const [index, size] of sizes.entries()) this.tokens.push(size, times[index] ?? 0);
    this.#grown(sizes.length);
  }

  /** A block of a message's final form; no token of it was streamed. */
  static final(message: Message, index: number, fields: FinalBlock): Block {
    const block = new Block(message, index, fields.kind);
    block.callId = fields.call_id ?? null;
    block.name = fields.name ?? null;
    if (fields.data !== undefined) block.data.push(fields.data);
    block.text.append(fields.text);
    return block;
  }

  /** When its first token came, in ns since the run began; null before any. */
  get started(): number | null {
    return this.tokens.span?.[0] ?? null;
  }

  /** When its last token came, in ns since the run began. */
  get ended(): number | null {
    return this.tokens.span?.[1] ?? null;
  }

  #grown(count: number): void {
    this.length.value = this.tokens.length;
    this.message.tokens.value += count;
  }
}

/** A message of a run, built from its pieces. */
export class Message {
  readonly key: number;
  id: string | null;
  readonly role: string;
  readonly name: string | null;
  readonly origin: Origin;
  readonly ns: string[];
  readonly task: string | null;
  readonly node: string | null;
  readonly step: number | null;
  readonly toolCallId: string | null;
  readonly metadata: Record<string, Payload>;
  /** When it was first seen, in ns since the run began. */
  readonly started: number;
  /** Its parts, in order; those of the node's final message if it has others. */
  blocks: Block[] = [];
  /** The parts as they were streamed, if `blocks` are others; else null. */
  streamed: Block[] | null = null;
  readonly resent: Place[] = [];
  usage: Usage | null = null;
  finishReason: string | null = null;
  /** The final text, if the node revised the streamed text. */
  final: string | null = null;
  done = false;
  /** Counts changes of anything but tokens. */
  readonly changed = signal(0);
  /** Number of tokens in all blocks. */
  readonly tokens = signal(0);

  constructor(event: Omit<MessageStart, "seq">) {
    this.key = event.message;
    this.id = event.id;
    this.role = event.role;
    this.name = event.name;
    this.origin = event.origin;
    this.ns = event.ns;
    this.task = event.task;
    this.node = event.node;
    this.step = event.step;
    this.toolCallId = event.tool_call_id;
    this.metadata = event.metadata;
    this.started = event.t;
  }

  /** Find or add the block of an event. */
  block(index: number, kind: Kind): Block {
    // Search from the end: tokens come for the newest block.
    const blocks = this.streamedBlocks;
    for (let at = blocks.length - 1; at >= 0; at -= 1) {
      const block = blocks[at];
      if (block?.index === index) return block;
    }
    const block = new Block(this, index, kind);
    blocks.push(block);
    this.changed.value += 1;
    return block;
  }

  /** Apply the message's end. */
  finish(event: Omit<MessageFinish, "seq">): void {
    this.done = true;
    this.usage = event.usage ?? this.usage;
    this.finishReason = event.finish_reason || this.finishReason;
    this.id = event.id ?? this.id;
    if (event.revised) {
      this.final = this.final === null ? event.text : (event.text ?? this.final);
    }
    if (event.blocks) {
      this.streamed = this.streamedBlocks;
      this.blocks = event.blocks.map((fields, index) => Block.final(this, index, fields));
    }
    this.changed.value += 1;
  }

  /** Note another place that sent the same message again. */
  resend(place: Place): void {
    this.resent.push(place);
    this.changed.value += 1;
  }

  /** The text; the final one, if the node revised the streamed text. */
  get text(): string {
    if (this.final !== null) return this.final;
    let text = "";
    let apart = false; // whether a block of another kind lies between two texts
    for (const block of this.blocks) {
      if (block.kind !== "text") apart = text.length > 0;
      else if (block.text.length > 0) {
        text += apart ? `\n\n${block.text}` : `${block.text}`;
        apart = false;
      }
    }
    return text;
  }

  /** Whether the node's final message differs from its tokens. */
  get revised(): boolean {
    return this.final !== null || this.streamed !== null;
  }

  /** The model's reasoning. */
  get reasoning(): string {
    return this.blocks
      .filter((block) => block.kind === "reasoning")
      .map((block) => block.text.toString())
      .join("");
  }

  /** The tags of the model call. */
  get tags(): string[] {
    const { tags } = this.metadata;
    return Array.isArray(tags) ? tags.map(String) : [];
  }

  /** Name of the agent whose model (or tool) wrote it, or null. */
  get agent(): string | null {
    const { lc_agent_name: agent } = this.metadata;
    return typeof agent === "string" && agent ? agent : null;
  }

  /** When its first and its last token came, in ns, or null without tokens. */
  get span(): readonly [first: number, last: number] | null {
    const spans = this.streamedBlocks
      .map((block) => block.tokens.span)
      .filter((span) => span !== null);
    if (spans.length === 0) return null;
    // A time that was sent in whole milliseconds may be before that of the previous token.
    return [Math.min(...spans.flat()), Math.max(...spans.flat())];
  }

  /** The parts as they were streamed, whatever the node's final message has. */
  get streamedBlocks(): Block[] {
    return this.streamed ?? this.blocks;
  }
}
