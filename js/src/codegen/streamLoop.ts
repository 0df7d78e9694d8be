import type { Filters } from "../model/filters";
import type { Payload } from "../protocol/events.gen";

/** The run that the code repeats. */
export interface LoopRun {
  /** The graph's input, if it is known. */
  input: Payload;
  /** The run's thread, if the graph has a checkpointer. */
  thread: string | null;
}

/** Matches a masked or cut value: such an input cannot be written as code. */
export const LOST = /\[masked\]|…/;

/** A payload as Python. */
export function python(value: Payload): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const items = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${python(item)}`,
  );
  return `{${items.join(", ")}}`;
}

/** The lines that skip a chunk if its names do not match a list of patterns. */
function choose(patterns: readonly string[], one: string, several: boolean): string[] {
  const list = (not: boolean) =>
    patterns
      .filter((each) => each.startsWith("!") === not)
      .map((each) => (not ? each.slice(1) : each));
  return [true, false].flatMap((not) => {
    const names = list(not);
    if (names.length === 0) return [];
    const set = `{${names.map((name) => JSON.stringify(name)).join(", ")}}`;
    const within = several ? `${set} & ${one}` : `${one} in ${set}`;
    const outside = several ? `not ${set} & ${one}` : `${one} not in ${set}`;
    return [`    if ${not ? within : outside}:`, "        continue"];
  });
}

/** Whether a name matches a list of patterns. */
function chosen(patterns: readonly string[], name: string): boolean {
  const wanted = patterns.filter((each) => !each.startsWith("!"));
  return !patterns.includes(`!${name}`) && (wanted.length === 0 || wanted.includes(name));
}

/** The lines that print a chunk's parts of the chosen kinds. */
function printing(kinds: readonly string[]): string[] {
  const print = (what: string) => `print(${what}, end="", flush=True)`;
  // Without a choice, print the text.
  if (kinds.length === 0) return [`    ${print("chunk.text")}`];
  const [text, tool] = [chosen(kinds, "text"), chosen(kinds, "tool")];
  const lines: string[] = [];
  if (chosen(kinds, "reasoning")) {
    lines.push(
      "    for block in chunk.content_blocks:",
      '        if block["type"] == "reasoning":',
      `            ${print('block.get("reasoning", "")')}`,
    );
  }
  if (text && tool) lines.push(`    ${print("chunk.text")}`);
  else if (text || tool) {
    lines.push(`    if chunk.type ${tool ? "==" : "!="} "tool":`, `        ${print("chunk.text")}`);
  }
  if (tool) {
    lines.push(
      '    for call in getattr(chunk, "tool_call_chunks", []):',
      `        ${print('call["args"] or ""')}`,
    );
  }
  return lines;
}

/**
 * The plain loop over LangGraph's own stream that prints the messages of some filters, as Python
 * for langchain-core 1.0 or newer. It needs a graph called `graph`.
 *
 * @param filters - which messages to print
 * @param run - the input and thread of the run to repeat
 */
export function streamLoop(filters: Filters, { input, thread }: LoopRun): string {
  const written = input !== null && !LOST.test(JSON.stringify(input));
  const config = { configurable: { thread_id: thread } };
  const node = 'metadata["langgraph_node"]';
  const path = filters.at?.split("|");
  return [
    "from langchain_core.messages import AIMessageChunk",
    "",
    written ? `inputs = ${python(input)}` : "inputs = ...  # what you gave the graph",
    "seen = set()",
    "for namespace, (chunk, metadata) in graph.stream(",
    `    inputs, ${thread === null ? "" : `${python(config)}, `}stream_mode="messages", subgraphs=True`,
    "):",
    "    # Nodes return whole messages after their tokens.",
    "    if chunk.id in seen and not isinstance(chunk, AIMessageChunk):",
    "        continue",
    "    seen.add(chunk.id)",
    ...choose(filters.node, node, false),
    ...choose(filters.tag, 'set(metadata.get("tags") or [])', true),
    ...choose(filters.agent, 'metadata.get("lc_agent_name")', false),
    ...(path
      ? [
          '    path = [name.split(":")[0] for name in namespace if not name.isdigit()]',
          `    if [*path, ${node}][:${path.length}] != ${python(path)}:`,
          "        continue",
        ]
      : []),
    ...printing(filters.kind),
    "",
  ].join("\n");
}
