"""Payloads: any object becomes JSON of bounded size, without secrets or addresses."""

import dataclasses
import datetime as dt
import enum
import json
import threading
import time
import types

import pytest
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage
from pydantic import BaseModel, SecretStr

from lg_notebook.privacy.payload import BUDGET, payload
from lg_notebook.privacy.redactor import MASK, Redactor
from tests.chance import given

SECRET = "sk-12345678"
MASKING = Redactor({"api_key": SECRET}, environ={})


def shown(value, budget=BUDGET):
    out = payload(value, MASKING, budget)
    json.dumps(out, allow_nan=False, ensure_ascii=False).encode()
    return out


@dataclasses.dataclass
class State:
    topic: str
    api_key: str = SECRET


class Model(BaseModel):
    name: str
    password: SecretStr = SecretStr("hush")


class Colour(enum.Enum):
    RED = "red"


class Rude:
    def __repr__(self):
        raise RuntimeError("no")


class Evasive:
    def __getattr__(self, name):
        raise RuntimeError(name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("text", "text"),
        (3, 3),
        (2**60, str(2**60)),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (b"abc", "<3 bytes>"),
        (dt.date(2030, 1, 2), "2030-01-02"),
        (dt.datetime(2030, 1, 2, tzinfo=dt.timezone.utc), "2030-01-02T00:00:00+00:00"),
        ((1, [2, {3}]), [1, [2, [3]]]),
        ({1: "a", ("b",): "c"}, {"1": "a", "('b',)": "c"}),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (Colour.RED, "red"),
        (State("x"), {"topic": "x", "api_key": MASK}),
        (Model(name="n"), {"name": "n", "password": MASK}),
        (Rude(), "<Rude: could not be read (RuntimeError)>"),
        ({"deep": Rude()}, {"deep": "<Rude: could not be read (RuntimeError)>"}),
        (State, repr(State)),
        (HumanMessage("hi", id="1"), {"type": "human", "content": "hi", "id": "1"}),
    ],
)
def test_what_becomes_of(value, expected):
    assert shown(value) == expected


def test_messages_keep_what_they_say():
    call = {"name": "look", "args": {"api_key": SECRET, "q": 1}, "id": "c", "type": "tool_call"}
    usage = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}

    out = shown(AIMessage("x", id="1", tool_calls=[call], usage_metadata=usage))

    assert out["tool_calls"] == [{**call, "args": {"api_key": MASK, "q": 1}}]
    assert out["usage_metadata"] == usage


def test_no_address_varies_from_run_to_run():
    assert "0x" not in shown([object(), threading.Lock(), lambda: None])[0]
    assert shown(object()) == shown(object())


def test_an_object_that_answers_to_nothing():
    assert "Evasive" in shown(Evasive())


def test_secrets_are_masked_wherever_they_are():
    out = shown({"a": [f"x {SECRET} y"], f"k {SECRET}": 1, "token": "stays", "max_tokens": 5})

    assert out == {"a": [f"x {MASK} y"], f"k {MASK}": 1, "token": "stays", "max_tokens": 5}


def test_values_under_telling_keys_are_masked_whatever_they_are():
    out = shown({"password": ["a"], "api_key": "", "secret": None, "credentials": {"u": 1}})

    assert out == {"password": MASK, "api_key": "", "secret": None, "credentials": MASK}


def test_halves_of_a_pair_can_travel():
    assert shown({"a": "\ud83d\ude00", "b": "\ud83d"}) == {"a": "😀", "b": "\ufffd"}


def test_long_texts_are_cut_and_say_so():
    assert shown("x" * 1000, budget=100) == "x" * 100 + "… (900 more characters)"


def test_long_sequences_are_cut_and_say_so():
    out = shown(list(range(1000)), budget=80)

    assert out[:3] == [0, 1, 2]
    assert out[-1] == f"… ({1000 - len(out) + 1:,} more)"


def test_large_mappings_are_cut_and_say_so():
    out = shown({f"k{at}": at for at in range(1000)}, budget=80)

    assert out["k0"] == 0
    assert out["…"] == f"{1000 - len(out) + 1:,} more"


@pytest.mark.parametrize(
    "value",
    [
        ["x"] * 1_000_000,
        [[] for _ in range(100_000)],
        [{} for _ in range(100_000)],
        [b""] * 100_000,
        [dt.date(2030, 1, 2)] * 100_000,
        [SecretStr("hush")] * 100_000,
        [1.0] * 100_000,
        [[[[None]]]] * 100_000,
        {"password": ["x"], **{f"password_{at}_api_key": "y" for at in range(100_000)}},
        "x" * 10_000_000,
    ],
    ids=["text", "list", "dict", "bytes", "date", "secret", "float", "deep", "keys", "long"],
)
def test_the_budget_holds(value):
    assert len(json.dumps(shown(value, budget=1_000), ensure_ascii=False)) < 4_000


def test_cycles_end_soon():
    knot = []
    knot.extend([knot] * 10)
    ring = {}
    ring["ring"] = ring

    began = time.perf_counter()
    assert len(json.dumps(shown(knot))) < 4 * BUDGET
    assert "…" in json.dumps(shown(ring), ensure_ascii=False)
    # Every path through the knot would take ages; the limit is generous.
    assert time.perf_counter() - began < 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_json_within_the_budget_stays_as_it_is(value):
    assert payload(value, Redactor(environ={}), 10**9) == json.loads(json.dumps(value))


@given(JSON, st.integers(0, 300))
def test_whatever_is_cut_is_json_of_bounded_size(value, budget):
    assert len(json.dumps(shown(value, budget), ensure_ascii=True)) <= 12 * (budget + 40)
