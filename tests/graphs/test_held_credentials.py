"""Collect credentials that a graph's objects hold, without a call of their code."""

from types import SimpleNamespace

from pydantic import SecretStr

from lg_notebook.graphs.held_credentials import held_credentials
from lg_notebook.graphs.object_walk import reachable
from lg_notebook.privacy.secret_search import find_secrets
from tests.promises.graphs import calling, fake

SECRET = "sk-12345678"


class Evasive:
    def __getattr__(self, name):
        raise RuntimeError(name)


def test_config_models_and_mappings():
    graph = SimpleNamespace(config={"configurable": {"api_key": "config-123"}})
    things = [
        SimpleNamespace(api_key=SECRET, model="m", client_secret=object()),
        SecretStr("sealed-123"),
        {"db_password": "mapped-123", "other": "plain-1234"},
        Evasive(),
        [1, 2],
        3,
    ]

    found = find_secrets([held_credentials(graph, things)])

    assert found == {"config-123", SECRET, "sealed-123", "mapped-123"}


def test_the_model_that_a_node_calls():
    graph = calling(fake("hi", api_key=SecretStr(SECRET)))

    assert find_secrets([held_credentials(graph, reachable(graph))]) == {SECRET}
