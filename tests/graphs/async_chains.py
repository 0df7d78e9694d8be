"""LangChain's expression language in async nodes, and as one."""

from __future__ import annotations

from typing import Any

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import (
    RunnableBranch,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
    RunnablePassthrough,
)

from tests.graphs.async_models import model
from tests.graphs.case import case, one_node
from tests.graphs.zoo import Topics


def _chain(*texts: str) -> Any:
    prompt = ChatPromptTemplate.from_template("about {topic}")
    return prompt | model(*texts) | StrOutputParser()


def _ask(llm: Any) -> Any:
    async def ask(topic: Any) -> str:
        return str((await llm.ainvoke(str(topic))).content)

    return ask


def _node(runnable: Any) -> Any:
    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [str(await runnable.ainvoke({"topic": state["topic"]}))]}

    return one_node(speak)


@case()
def chain() -> Any:
    return _node(_chain("one two three"))


@case()
def chain_astream() -> Any:
    runnable = _chain("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [each async for each in runnable.astream({"topic": state["topic"]})]}

    return one_node(speak)


@case(parallel=True)
def chain_abatch() -> Any:
    runnable = _chain("one two", "three four")

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": sorted(await runnable.abatch([{"topic": state["topic"]}] * 2))}

    return one_node(speak)


@case()
def chain_is_the_node() -> Any:
    return one_node(_chain("one two three") | (lambda text: {"texts": [text]}))


@case()
def lambda_async() -> Any:
    return _node(RunnableLambda(_ask(model("one two three"))).with_config(tags=["lambda"]))


@case()
def lambda_sync() -> Any:
    llm = model("one two three")
    return _node(RunnableLambda(lambda topic: llm.invoke(str(topic)).content))


@case()
def lambda_gives_a_runnable() -> Any:
    inner = RunnableLambda(_ask(model("one two three"))).with_config(tags=["inner"])
    return _node(RunnableLambda(lambda _: inner).with_config(tags=["outer"]))


@case()
def lambdas_in_a_row() -> Any:
    first, second = _ask(model("one two")), _ask(model("three four"))
    tagged = RunnableLambda(second).with_config(tags=["second"], metadata={"at": 2})
    return _node(RunnableLambda(first) | tagged)


@case()
def lambdas_in_a_row_streamed() -> Any:
    first, second = _ask(model("one two")), _ask(model("three four"))
    runnable = RunnableLambda(first) | RunnableLambda(second).with_config(tags=["second"])

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [each async for each in runnable.astream(state["topic"])]}

    return one_node(speak)


@case()
def generator() -> Any:
    llm = model("one two", "three")

    async def each(pieces: Any) -> Any:
        async for piece in pieces:
            yield str((await llm.ainvoke(str(piece))).content)
            yield str((await llm.ainvoke(str(piece))).content)

    runnable = RunnableGenerator(each).with_config(tags=["generator"])

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [text async for text in runnable.astream(state["topic"])]}

    return one_node(speak)


@case(parallel=True)
def parallel_branches() -> Any:
    branches = {name: RunnableLambda(_ask(model(f"{name} one two"))) for name in "ab"}
    return _node(RunnableParallel(branches))


@case()
def assign() -> Any:
    return _node(RunnablePassthrough.assign(said=RunnableLambda(_ask(model("one two three")))))


@case()
def branch() -> Any:
    left, right = RunnableLambda(_ask(model("left"))), RunnableLambda(_ask(model("right hand")))
    return _node(RunnableBranch((lambda value: not value, left), right))


@case()
def fallbacks() -> Any:
    broken = RunnableLambda(_ask(model("one two three", fail_after=1)))
    return _node(broken.with_fallbacks([RunnableLambda(_ask(model("instead of it")))]))


@case()
def fallbacks_streamed() -> Any:
    runnable = model("x", fail_after=0).with_fallbacks([model("instead of it")])

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [each.content async for each in runnable.astream(state["topic"])]}

    return one_node(speak)


@case()
def retried_chain() -> Any:
    llm, tries = model("one two"), []

    async def ask(_: Any) -> str:
        tries.append(1)
        said = await llm.ainvoke("go")
        if len(tries) == 1:
            raise ConnectionError("the line broke")
        return str(said.content)

    return _node(
        RunnableLambda(ask).with_retry(wait_exponential_jitter=False, stop_after_attempt=2)
    )
