"""The magics, in a shell without a kernel: text, and one sentence for what is wrong."""

import pytest

from tests.graphs import zoo
from tests.graphs.model import Scripted, say
from tests.shells import shell


@pytest.fixture
def ip():
    with shell() as made:
        made.names.update(
            graph=zoo.joke(), agent=zoo.agent(), chat=zoo.chat(), parallel=zoo.parallel(),
            custom=zoo.custom(), failing=zoo.failing(), asking=zoo.asking(), MyState=zoo.MyState, zoo=zoo,
            graphs={"a b": zoo.joke()}, model=Scripted(replies=[say("alone")]), three=3,
        )  # fmt: skip
        yield made


JOKE = "[call_model]\nWhy did the cone cry?\n"
TALK = "[input]\nhi\n\n[reply]\nHello **there**, friend.\n"


@pytest.mark.parametrize(
    ("cell", "out"),
    [
        ('%%lgstream graph\n{"topic": "ice cream"}', JOKE),
        ('%%lgstream graph\nMyState(topic="ice cream")', JOKE),
        ('%%lgstream graph\ntopic = "x"\n{"topic": topic}', JOKE),
        ('%%lgstream graphs["a b"]\n{"topic": "x"}', JOKE),
        ('%%lgstream zoo.joke()\n{"topic": "x"}', JOKE),
        ('%lgstream graph {"topic": "x"}', JOKE),
        ('%lgstream graph MyState("a b")', JOKE),
        ('%%lgstream chat\n"hi"', TALK),
        ("%%lgstream chat --text\nhi\n", TALK),
        ('%%lgstream chat\n{"messages": [("user", "hi")]}', TALK),
        ("%lgstream chat --text hi", TALK),
        ('%lgstream chat "hi"', TALK),
        ('%lgstream chat "hi" --quiet', ""),
        ('%lgstream --quiet chat "hi"', ""),
        ("%%lgstream model\n'hi'", "[Scripted]\nalone\n"),
        ('%%lgstream graph --quiet\n{"topic": "x"}', ""),
        ('%%lgstream graph --view text\n{"topic": "x"}', JOKE),
        ("%%lgstream parallel --node write_joke\n{'topic': 'x', 'texts': []}",
         "[write_joke]\na joke about it\n"),
        ("%%lgstream parallel --node !write_joke\n{'topic': 'x', 'texts': []}",
         "[write_poem]\na poem about it\n"),
        ("%%lgstream custom --tokens token\n{'topic': 'x', 'texts': []}",
         "[speak]\nany model speaks\n"),
        ("%lgstream custom {'topic': 'x', 'texts': []} --tokens token",
         "[speak]\nany model speaks\n"),
        ("%%lgstream parallel --tag joke\n{'topic': 'x', 'texts': []}",
         "[write_joke]\na joke about it\n"),
        ("%%lgstream zoo.thinking() --kind !reasoning\n'hi'",
         "[input]\nhi\n\n[reply]\nHere 😀 it is.\n"),
        ("%%lgstream zoo.thinking() --kind reasoning\n'hi'", "[reply]\nLet me see.\n"),
        ("%%lgstream chat --agent nobody\n'hi'",
         "[note] The filters hide this run's messages: take them away to see more.\n"),
    ],
)  # fmt: skip
def test_runs(ip, cell, out):
    assert ip.run(cell) == (out, "", None)
    assert ip.names["_run"].status == "done"


def test_leaves_the_run(ip):
    ip.run('%%lgstream graph --as mine\n{"topic": "x"}')
    first = ip.names["_run"]
    ip.run('%%lgstream graph\n{"topic": "y"}')

    assert ip.names["mine"] is first
    assert ip.names["_run"] is not first
    assert first.text() == "Why did the cone cry?"
    assert first.state == {"topic": "x", "joke": "Why did the cone cry?"}
    assert first.graph == "graph"
    assert first.usage["total_tokens"] == 13
    assert [task.node for task in first.tasks] == ["call_model"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%%lgstream nothing\n1", "name 'nothing' is not defined"),
        ("%%lgstream three\n1", "three: int is not a graph"),
        ("%%lgstream graph --kind txt\n1", "no kind 'txt': take text, tool or reasoning"),
        ("%%lgstream MyState\n1", "MyState: type is not a graph"),
        ("%%lgstream zoo.StateGraph(MyState)\n1", "is not compiled yet"),
        ("%%lgstream graph[\n1", "a ] is missing"),
        ("%%lgstream 1+\n1", "The graph '1+' is not a Python expression"),
        ("%%lgstream\n1", "GRAPH"),
        ("%%lgstream graph\n   \n", "The cell is empty"),
        ("%%lgstream graph\n# nothing", "The cell is empty"),
        ("%%lgstream chat --text\n \n", "The cell is empty"),
        ("%%lgstream graph\nWhat is it?", "has to be an expression"),
        ("%%lgstream graph\nx = {'topic': 'x'}", "has to be an expression"),
        ("%%lgstream graph\n{'unknown': 1}", "The graph did not accept this input"),
        ("%%lgstream graph\n3", "The graph did not accept this input"),
        ("%%lgstream chat\n3", "The graph did not accept this input"),
        ("%%lgstream graph --text\nhi", "--text is for graphs with a `messages` channel"),
        ("%%lgstream graph --colour red\n1", "--colour"),
        ("%%lgstream graph --view 3d\n1", "3d"),
        ("%%lgstream graph --node call_modle\n1", "no node 'call_modle'; did you mean 'call_model'"),
        ("%%lgstream graph --node !x\n1", "no node 'x'"),
        ("%%lgstream graph --as 1x\n1", "--as takes a Python name, not '1x'"),
        ("%%lgstream graph --as class\n1", "--as takes a Python name, not 'class'"),
        ('%%lgstream graph --tokens ""\n1', "--tokens takes the name of a field"),
        ("%%lgstream graph --tokens\n1", "--tokens"),
        ("%%lgstream graph --config 3\n1", "--config takes a dict, not int"),
        ("%%lgstream graph --config nothing\n1", "name 'nothing' is not defined"),
        ("%%lgstream graph --context nothing\n1", "name 'nothing' is not defined"),
        ("%%lgstream graph --config {\n1", "a } is missing"),
        ("%%lgstream asking\n'hi'", "needs a thread: add --thread ID"),
        ("%lgstream graph", "The input is missing"),
        ("%lgstream nothing 1", "name 'nothing' is not defined"),
        ("%lgstream graph {'unknown':1}", "The graph did not accept this input"),
        ("%lgstream graph ++", "is not Python"),
        ("%%lgstream chat\nawait something", "`await` works in a cell that is nothing but"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_runs_nothing(ip, cell, words):
    out, err, _ = ip.run(cell)

    assert out == ""
    assert err.startswith("UsageError: ")
    assert words in err
    assert err.count("\n") == 1
    assert "_run" not in ip.names


def test_an_empty_cell_magic_is_ipythons_to_explain(ip):
    _, err, _ = ip.run("%%lgstream graph")

    assert "UsageError" in err
    assert "lgstream" in err
    assert "_lgstream_awaited" not in err
    assert "_run" not in ip.names


def test_a_body_that_raises_is_a_traceback(ip):
    result = ip.run("%%lgstream graph\n1 / 0")

    assert isinstance(result.error, ZeroDivisionError)
    assert "_run" not in ip.names


def test_a_node_that_raises_is_a_traceback_and_keeps_its_tokens(ip):
    out, _, error = ip.run('%%lgstream failing\n{"topic": "x"}')

    assert out.startswith("[crash]\nso far so good\n")
    assert "the node broke" in out
    assert "lg_notebook/runtime/execution.py" not in out
    assert isinstance(error, ValueError)
    assert ip.names["_run"].status == "error"
    assert ip.names["_run"].text() == "so far so good"


def test_threads(ip):
    ip.names["thread"] = "seven"
    ip.run("%%lgstream asking --thread 7\n'hi'")
    assert ip.names["_run"].messages[0].text == "hi"
    assert ip.names["_run"].status == "interrupted"
    for word in ("$thread", "{thread}", "'seven'", "seven"):
        ip.run(f"%%lgstream asking --thread {word}\n'hi'")
        assert ip.names["_run"].messages[-1].metadata["thread_id"] == "seven"


def test_config_and_context(ip):
    ip.run("%%lgstream chat --config {'tags': ['a b'], 'metadata': {'k': 1}}\n'hi'")
    assert ip.names["_run"].messages[-1].tags == ["a b"]
    assert ip.names["_run"].messages[-1].metadata["k"] == 1

    ip.run("%%lgstream asking --thread 9 --config {'configurable': {'x': 1}}\n'hi'")
    assert ip.names["_run"].messages[-1].metadata["thread_id"] == "9"


def test_a_names_value_goes_into_the_options(ip):
    ip.names["wanted"] = "write_poem"

    assert ip.run("%%lgstream parallel --node $wanted\n{'topic': 'x', 'texts': []}").out == (
        "[write_poem]\na poem about it\n"
    )


def test_braces_in_the_body_and_the_line_are_pythons(ip):
    ip.names["topic"] = "expanded"
    ip.run('%lgstream graph {"topic": "$topic {topic}"}')
    assert ip.names["_run"].input == {"topic": "$topic {topic}"}
    ip.run('%%lgstream graph\n{"topic": "$topic {topic}"}')
    assert ip.names["_run"].input == {"topic": "$topic {topic}"}


def test_from_code(ip):
    ip.run("get_ipython().run_cell_magic('lgstream', 'graph --quiet', '{\"topic\": \"x\"}')")

    assert ip.names["_run"].status == "done"


def test_within_other_magics(ip):
    assert "Wall time" in ip.run("%%time\n%lgstream graph --quiet {'topic': 'x'}").out
    assert ip.names["_run"].status == "done"
    assert ip.run("%%capture kept\n%lgstream graph {'topic': 'x'}").out == ""
    assert ip.names["kept"].stdout == JOKE


def test_help(ip):
    text = ip.ip.magics_manager.magics["cell"]["lgstream"].__doc__
    for option in ("--node NAME", "--tag TAG", "--agent NAME", "--kind KINDS", "--thread ID", "--config EXPR", "--as NAME",
                   "--context EXPR", "--resume EXPR", "--text", "--view", "--quiet", "--background", "--sync", "_run"):  # fmt: skip
        assert option in text
    assert "INPUT" in ip.ip.magics_manager.magics["line"]["lgstream"].__doc__


@pytest.mark.parametrize(
    "cell", ["%lgstream --help", "%%lgstream --help\n1", "%lgstream graph --help"]
)
def test_help_is_an_option_too(ip, cell):
    out, err, _ = ip.run(cell)

    for words in ("--node NAME", "--background", "lg_notebook.bridge.install()"):
        assert words in out
    assert err == ""
    assert "_run" not in ip.names
