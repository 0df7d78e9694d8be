// The graphs that the JavaScript server of the tests serves.
import { appendFileSync, readFileSync } from "node:fs";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import {
  Annotation,
  END,
  getWriter,
  interrupt,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Says its pieces, one by one, as a provider's model does. */
class Scripted extends BaseChatModel {
  constructor(pieces, ms = 10) {
    super({});
    this.pieces = pieces;
    this.ms = ms;
  }

  _llmType() {
    return "scripted";
  }

  getLsParams() {
    return { ls_provider: "scripted", ls_model_name: "scripted-1", ls_model_type: "chat" };
  }

  async *_streamResponseChunks(_messages, _options, manager) {
    for (const piece of this.pieces) {
      await pause(this.ms);
      const message = new AIMessageChunk(piece);
      const text = typeof piece.content === "string" ? piece.content : "";
      yield new ChatGenerationChunk({ message, text });
      await manager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, {
        chunk: new ChatGenerationChunk({ message, text }),
      });
    }
  }

  async _generate(messages, options, manager) {
    let whole;
    for await (const chunk of this._streamResponseChunks(messages, options, manager)) {
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    return { generations: [{ message: whole.message, text: whole.text }] };
  }
}

const words = (text, more = {}) => {
  const all = text.split(/(?<= )/).map((content) => ({ content }));
  return [...all.slice(0, -1), { ...all.at(-1), ...more }];
};

const usage = { usage_metadata: { input_tokens: 9, output_tokens: 12, total_tokens: 21 } };

// The example of the streaming guide: streamMode "messages".
const JokeState = Annotation.Root({ topic: Annotation(), joke: Annotation() });

const callModel = async (state) => {
  const model = new Scripted(words(`Why did the ${state.topic} melt? It was too cool.`, usage));
  const response = await model
    .withConfig({ tags: ["joke"] })
    .invoke([{ role: "user", content: `Generate a joke about ${state.topic}` }]);
  return { joke: response.content };
};

export const joke = new StateGraph(JokeState)
  .addNode("callModel", callModel)
  .addEdge(START, "callModel")
  .compile();

const call = (args, id, name) => ({
  content: "",
  tool_call_chunks: [{ name, args, id, index: 0, type: "tool_call_chunk" }],
});

const plan = async (state) => {
  const model = new Scripted([call('{"query": "ice', "call-1", "search"), call(' cream"}')]);
  return { messages: [await model.invoke(state.messages)] };
};

const use = async (state) => {
  const { args, id, name } = state.messages.at(-1).tool_calls[0];
  getWriter()?.({ looking: args.query });
  const content = `Much is known about ${args.query}.`;
  return { messages: [new ToolMessage({ content, name, tool_call_id: id })] };
};

const write = async (state) => {
  const model = new Scripted(words("Why did the ice cream melt?", usage));
  getWriter()?.({ progress: "writing" });
  return { messages: [await model.withConfig({ tags: ["joke"] }).invoke(state.messages)] };
};

const answer = async (state) => ({
  messages: [await new Scripted(words("It was too cool to stay.")).invoke(state.messages)],
});

const writer = new StateGraph(MessagesAnnotation)
  .addNode("write", write)
  .addEdge(START, "write")
  .compile();

export const agent = new StateGraph(MessagesAnnotation)
  .addNode("plan", plan)
  .addNode("use", use)
  .addNode("writer", writer)
  .addNode("answer", answer)
  .addEdge(START, "plan")
  .addEdge("plan", "use")
  .addEdge("use", "writer")
  .addEdge("writer", "answer")
  .addEdge("answer", END)
  .compile();

const ask = async (state) => {
  const said = interrupt({ question: "May I?" });
  return { messages: [await new Scripted(words(`You said ${said}.`)).invoke(state.messages)] };
};

export const approval = new StateGraph(MessagesAnnotation)
  .addNode("ask", ask)
  .addEdge(START, "ask")
  .compile();

const fail = async (state) => {
  await new Scripted(words("All is well")).invoke(state.messages);
  throw new Error("the cone is empty");
};

export const failing = new StateGraph(MessagesAnnotation)
  .addNode("fail", fail)
  .addEdge(START, "fail")
  .compile();

// Notes where other processes see it that something was reached.
const note = (word) => appendFileSync(process.env.LG_NOTES, `${word}\n`);

const noted = () => readFileSync(process.env.LG_NOTES, "utf8");

// Where the message says so, it waits half-way for a word from the tests.
const count = async (state, config) => {
  const [name, last, held] = state.messages.at(-1).content.split(" ");
  note(`${name} began`);
  const text = Array.from({ length: Number(last) }, (_, at) => at).join(" ");
  let content = "";
  let id;
  let pieces = 0;
  for await (const chunk of await new Scripted(words(text)).stream(state.messages, config)) {
    content += chunk.content;
    id ??= chunk.id;
    pieces += 1;
    const half = held && pieces === Math.floor(Number(last) / 2);
    while (half && !noted().includes(`${name} may continue`)) await pause(20);
  }
  note(`${name} ended`);
  return { messages: [new AIMessage({ content, id })] };
};

const after = async (state) => {
  note(`${state.messages[0].content.split(" ")[0]} after`);
  return { messages: [new HumanMessage("enough")] };
};

export const long = new StateGraph(MessagesAnnotation)
  .addNode("count", count)
  .addNode("after", after)
  .addEdge(START, "count")
  .addEdge("count", "after")
  .compile();
