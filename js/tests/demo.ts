import type { Payload } from "../src/protocol/events.gen";
import { Writer } from "./log";

/** A red square, 8 by 8. */
export const PIXELS =
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR42mP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC";

const MODEL = { ls_model_name: "gpt-4.1-mini" };

/**
 * A run in which everything happens that a transcript knows: input, reasoning, tool calls with
 * what runs inside them, parallel branches, subgraphs, events, media, repetitions and errors.
 * Call its steps one after the other, and send the new events in between.
 */
export class Demo {
  readonly writer = new Writer();
  #next = 0;

  /** A message's beginning; returns its key. */
  message(...options: Parameters<Writer["message"]>): number {
    this.#next = this.writer.message(...options) + 1;
    return this.#next - 1;
  }

  input(text: string): this {
    this.writer.start("assistant");
    const key = this.message({ role: "human", origin: "input", node: null });
    this.writer.token(text, { message: key }).finish(key);
    return this;
  }

  /** A whole answer in one task. */
  answer(
    node: string,
    text: string,
    task = `task-${node}`,
    ns: string[] = [],
    metadata = {},
  ): this {
    this.writer.task(node, task, ns);
    const key = this.message({ ns, metadata: { ...MODEL, ...metadata } });
    this.writer.say(text, key).finish(key).finishTask();
    return this;
  }

  /** A model that thinks and then calls tools; the calls are begun and reported. */
  calls(node: string, calls: { id: string; name: string; args: string }[], thought = ""): this {
    this.writer.task(node, `task-${node}-${this.#next}`);
    const key = this.message({ metadata: { ...MODEL } });
    let block = 0;
    if (thought) {
      this.writer.wait(1800).say(thought, key, "reasoning", block);
      block += 1;
    }
    for (const { id, name, args } of calls) {
      const more = { message: key, block, kind: "tool_call" };
      this.writer.token("", { ...more, call_id: id, name } as object);
      for (const piece of args.match(/[\s\S]{1,6}/g) ?? []) this.writer.token(piece, more);
      block += 1;
    }
    this.writer.finish(key).finishTask();
    return this;
  }

  /** A tool begins to carry out a call, in a task of its own. */
  begin(id: string, name: string): this {
    this.writer.task("tools", `tool-${id}`);
    this.writer.add({ type: "tool", call_id: id, name, phase: "started", data: null });
    return this;
  }

  /** The tool that carries out a call runs a graph in a namespace. */
  enter(id: string, ns: string[]): this {
    const at = { task: `tool-${id}`, node: "tools", ns: [] };
    const more = { call_id: id, name: null, phase: "entered", data: null, child: ns };
    this.writer.add({ type: "tool", ...at, ...more });
    return this;
  }

  /** A progress report of a running tool. */
  progress(id: string, data: Payload): this {
    const at = { task: `tool-${id}`, node: "tools", ns: [] };
    this.writer.add({ type: "tool", ...at, call_id: id, name: null, phase: "progress", data });
    return this;
  }

  /** A tool's message comes, and its task ends. */
  result(id: string, name: string, text: string, failed = false): this {
    const at = { task: `tool-${id}`, node: "tools", ns: [] };
    const key = this.message({
      ...{ role: "tool", name, origin: "returned", toolCallId: id, node: "tools", ns: [] },
    });
    this.writer.token(text, { message: key }).finish(key);
    const phase = failed ? "failed" : "finished";
    this.writer.wait(400).add({ type: "tool", ...at, call_id: id, name, phase, data: text });
    this.writer.add({
      ...{ type: "task-finish", ...at, error: null, result: null, interrupts: [] },
    });
    return this;
  }

  /** Tasks that write at the same time, a word each in turn. */
  parallel(texts: { [node: string]: string }, ns: string[] = []): this {
    return this.together(
      Object.entries(texts).map(([node, text]) => ({ node, task: `task-${node}`, text })),
      ns,
    );
  }

  together(parts: { node: string; task: string; text: string }[], ns: string[] = []): this {
    const { writer } = this;
    for (const { node, task } of parts) writer.task(node, task, ns);
    const keys = parts.map(({ node, task }) => {
      writer.at({ node, task, ns });
      return this.message({ metadata: { ...MODEL } });
    });
    const words = parts.map(({ text }) => text.match(/\S*\s*/g)?.filter(Boolean) ?? []);
    for (let at = 0; at < Math.max(...words.map(({ length }) => length)); at += 1) {
      for (const [index, key] of keys.entries()) {
        const word = words[index]?.[at];
        if (word) writer.token(word, { message: key });
      }
    }
    for (const [index, { node, task }] of parts.entries()) {
      writer.at({ node, task, ns });
      writer.finish(keys[index]).finishTask();
    }
    return this;
  }

  /** What a node writes to its stream. */
  custom(data: Payload, at: object = {}): this {
    this.writer.add({ type: "custom", ns: [], task: null, node: null, ...at, data });
    return this;
  }

  /** A message with one media block. */
  media(kind: "image" | "audio" | "file" | "other", data: Payload): this {
    const key = this.message({ origin: "returned" });
    this.writer.token("", { message: key, kind, data } as object).finish(key);
    return this;
  }

  /** A message comes once more, from another node. */
  again(of: number, node: string): this {
    this.writer.add({
      ...{ type: "message-start", message: of, id: "again", role: "ai", name: null },
      ...{ origin: "resent", of, ns: [], node, task: null, tool_call_id: null, metadata: {} },
    });
    return this;
  }
}
