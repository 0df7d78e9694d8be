"""What the process runs in, where it is a plain script."""

import asyncio

import pytest

from lg_notebook.kernel import environment


def test_a_script_has_no_kernel_and_no_loop():
    assert environment.kernel() is None
    assert environment.main_loop() is None
    assert not environment.has_running_loop()


async def test_a_coroutine_has_a_loop():
    assert environment.has_running_loop()


async def test_spawned_coroutines_run_on_it():
    done = asyncio.Event()

    async def work():
        done.set()

    environment.spawn(work)
    await asyncio.wait_for(done.wait(), 60)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("it broke"), "ValueError: it broke"),
        (ValueError("first\nsecond"), "ValueError: first"),
        (ValueError(), "ValueError."),
        (KeyError("k"), "KeyError: 'k'"),
    ],
)
def test_an_exception_is_one_sentence(error, words):
    assert environment.sentence(error) == words
