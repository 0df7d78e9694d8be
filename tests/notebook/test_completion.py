"""Tab completion, by IPython's own completer."""

import pytest
from IPython.core.completer import provisionalcompleter

from tests.graphs.zoo import chat, joke, parallel
from tests.shells import shell


@pytest.fixture(scope="module")
def complete():
    with shell() as made:
        made.names.update(joke_graph=joke(), parallel_graph=parallel(), other=3, _hidden=joke())
        # As `create_agent(…, name="critic")` makes them.
        made.names["team_graph"] = chat().with_config(metadata={"lc_agent_name": "critic"})

        def complete(text):
            with provisionalcompleter():
                found = made.ip.Completer.completions(text, len(text))
                return {text[: c.start] + c.text for c in found}

        yield complete


@pytest.mark.parametrize("magic", ["%%lgstream", "%lgstream"])
def test_graphs(complete, magic):
    assert complete(f"{magic} ") >= {f"{magic} joke_graph", f"{magic} parallel_graph"}
    assert complete(f"{magic} jo") == {f"{magic} joke_graph"}
    assert not any("other" in each or "_hidden" in each for each in complete(f"{magic} "))


def test_options(complete):
    found = {each.rpartition(" ")[2] for each in complete("%%lgstream joke_graph --")}

    assert {
        "--node",
        "--tag",
        "--thread",
        "--resume",
        "--as",
        "--tokens",
        "--view",
        "--quiet",
        "--text",
        "--background",
        "--sync",
    } <= found
    assert complete("%%lgstream joke_graph --vi") == {"%%lgstream joke_graph --view"}
    assert complete("%%lgstream joke_graph --node call_model --qu") == {
        "%%lgstream joke_graph --node call_model --quiet"
    }


def test_nodes(complete):
    line = "%%lgstream parallel_graph --node "

    assert complete(line) >= {f"{line}write_joke", f"{line}write_poem", f"{line}!write_joke"}
    assert complete(f"{line}write_j") == {f"{line}write_joke"}
    assert complete(f"{line}!write_j") == {f"{line}!write_joke"}


def test_agents(complete):
    line = "%%lgstream team_graph --agent "

    assert complete(line) >= {f"{line}critic", f"{line}!critic"}
    assert not any("critic" in each for each in complete("%%lgstream other --agent "))


def test_kinds(complete):
    line = "%%lgstream joke_graph --kind "

    assert complete(line) >= {f"{line}text", f"{line}tool", f"{line}reasoning", f"{line}!tool"}


def test_nodes_of_what_is_no_graph(complete):
    assert not any("write_joke" in each for each in complete("%%lgstream other --node "))


def test_views(complete):
    assert complete("%%lgstream joke_graph --view ht") == {"%%lgstream joke_graph --view html"}


@pytest.mark.parametrize("text", ["x = joke_g", "print(joke_g", "%%time joke_g", "%%lgstreams jo"])
def test_elsewhere_ipython_completes_as_ever(complete, text):
    assert not any("--" in each for each in complete(text))


def test_the_body_is_completed_as_python(complete):
    assert any(each.endswith("joke_graph") for each in complete("%%lgstream joke_graph\njoke_g"))
    assert not any("--node" in each for each in complete("%%lgstream joke_graph\n--"))
