"""One tree of exceptions, in one module."""

import ast
import inspect
import pickle
from pathlib import Path

import pytest

import lg_notebook
from lg_notebook import exceptions
from lg_notebook.exceptions import LgNotebookError
from tests.graphs.zoo import TOPIC, joke

PACKAGE = Path(lg_notebook.__file__).parent
OURS = [
    each
    for each in vars(exceptions).values()
    if isinstance(each, type) and issubclass(each, Exception)
]


def test_everything_in_the_module_is_exported():
    made = {name for name, each in vars(exceptions).items() if isinstance(each, type)}

    assert sorted(made) == sorted(exceptions.__all__)


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_each_is_one_of_ours_documented_and_survives_pickling(kind):
    assert issubclass(kind, LgNotebookError)
    assert inspect.getdoc(kind)
    again = pickle.loads(pickle.dumps(kind("what happened")))
    assert (type(again), str(again)) == (kind, "what happened")


def test_a_stopped_run_is_no_failure():
    assert not issubclass(exceptions.RunStopped, Exception)


def _raised(tree):
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else None
        name = call.func if isinstance(call, ast.Call) else None
        if isinstance(name, ast.Name) and name.id.strip("_")[0].isupper():
            yield name.id


ALLOWED = {
    "__init__.py": {"AttributeError"},  # how a module says that it has no such name
    "wire/decoder.py": {"ValueError"},  # caught in the same module, which raises a RecordingError
}


def test_no_other_module_raises_builtin_errors_or_defines_its_own():
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name == "exceptions.py":
            continue
        allowed = {*exceptions.__all__, *ALLOWED.get(name, ())}
        if name.startswith("notebook/"):
            allowed.add("UsageError")
        strange = set(_raised(ast.parse(path.read_text(encoding="utf-8")))) - allowed
        if strange:
            found[name] = strange

    assert found == {}


def test_usage_errors_are_known_to_the_magics_only():
    names = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if "UsageError" in path.read_text(encoding="utf-8")
    }

    assert names == {"notebook"}


@pytest.mark.parametrize("face", ["watch", "stream", "GraphWidget"])
@pytest.mark.parametrize(
    ("graph", "options", "kind", "words"),
    [
        (3, {}, exceptions.GraphTypeError, "is not a graph"),
        (joke, {"node": "call"}, exceptions.OptionError, "did you mean"),
        (joke, {"kind": "music"}, exceptions.OptionError, "There is no kind 'music'"),
        (joke, {"version": "v9"}, exceptions.OptionError, "version is one of v1, v2, v3"),
        (joke, {"tokens": ""}, exceptions.OptionError, "tokens takes the name of a field"),
        (joke, {"colour": "red"}, exceptions.UnknownOptionError, "takes no argument colour"),
    ],
)
def test_each_face_raises_the_same_for_the_same(face, graph, options, kind, words):
    made = graph() if callable(graph) else graph
    given = [made] if face == "GraphWidget" else [made, TOPIC]

    with pytest.raises(LgNotebookError, match=words) as caught:
        getattr(lg_notebook, face)(*given, **options)

    assert type(caught.value) is kind
