// A graph for LangGraph's JavaScript server; `npx langgraphjs dev` in this folder serves it.
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { Annotation, START, StateGraph } from "@langchain/langgraph";

// Any chat model goes here, such as new ChatOpenAI({ model: "gpt-4.1-mini" }).
const model = new FakeListChatModel({
  responses: ["Why did the penguin cross the ice? To get to the other slide."],
});

const State = Annotation.Root({ topic: Annotation(), joke: Annotation() });

const callModel = async (state) => {
  const answer = await model.invoke([
    { role: "user", content: `Generate a joke about ${state.topic}` },
  ]);
  return { joke: answer.content };
};

export const graph = new StateGraph(State)
  .addNode("callModel", callModel)
  .addEdge(START, "callModel")
  .compile();
