"""Messages from a page to a widget: the only things that a page can ask of a kernel.

Nothing in a message is evaluated or imported. A message that is not understood is ignored.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

from lg_notebook.graphs.input_schema import read_form
from lg_notebook.kernel import environment
from lg_notebook.model.run_state import data_of
from lg_notebook.widget import assets
from lg_notebook.widget.answer_limit import AnswerLimit
from lg_notebook.wire.encoder import encode_log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lg_notebook._run import Run
    from lg_notebook.widget.widget_runs import WidgetRuns

_LOG = logging.getLogger(__name__)


class FrontEndMessages:
    """Handles the messages that pages send to one widget.

    Args:
        runs: The widget's runs.
        form: The description of the graph's input (see `input_schema.input_form`).
        send: Send a message to the pages, with buffers.
        send_code: Send the code of the views with the widget itself.
        show_problem: Show a sentence above the input box.
    """

    def __init__(
        self,
        runs: WidgetRuns,
        form: dict[str, Any],
        *,
        send: Callable[[dict[str, Any], list[bytes]], None],
        send_code: Callable[[], None],
        show_problem: Callable[[str], None],
    ) -> None:
        self._runs = runs
        self._form = form
        self._send = send
        self._send_code = send_code
        self._show_problem = show_problem
        self._limit = AnswerLimit()
        self._kinds: dict[object, Callable[[dict[str, Any]], object]] = {
            "sync": self._sync,
            "stop": lambda _: runs.stop(),
            "asset": self._send_asset,
            "code": self._give_code,
            "run": self._start,
            "resume": self._resume,
        }

    def receive(self, _: object, message: object, __: object) -> None:
        """Handle one message.

        Jupyter may call it in another thread than the one that runs the graph (subshells).

        Args:
            _: The widget.
            message: What the page has sent.
            __: Its buffers, which no message has.
        """
        kind = message.get("kind") if isinstance(message, dict) else None
        if isinstance(message, dict) and isinstance(kind, str) and kind in self._kinds:
            self._kinds[kind](message)

    def _sync(self, message: dict[str, Any]) -> None:
        """Send one view the events that it lacks, run by run."""
        have = message.get("have")
        client = message.get("client")
        if not isinstance(have, dict) or not isinstance(client, str):
            return
        runs = list(self._runs.runs)
        # Later events will reach every view in frames.
        ranges = [(have.get(str(at), 0), self._runs.sent(at)) for at in range(len(runs))]
        lacks = [isinstance(first, int) and 0 <= first < last for first, last in ranges]
        if not any(lacks) or not self._limit.allows(("sync", client)):
            return
        for number, run in enumerate(runs):
            if lacks[number]:
                first, last = ranges[number]
                frame, buffer = encode_log(
                    data_of(run).log, run=number, first=first, last=last, kind="snapshot"
                )
                self._send({**frame, "client": client}, [buffer])

    def _send_asset(self, message: dict[str, Any]) -> None:
        """Send one view a file of the front end; only its name is read from the message."""
        client, name = message.get("client"), message.get("name")
        if not isinstance(client, str) or not isinstance(name, str):
            return
        if self._limit.allows(("asset", client, name)):
            asset = assets.read_asset(name)
            answer = {"kind": "asset", "name": name, "client": client}
            self._send(answer, [asset] if asset else [])

    def _give_code(self, _: dict[str, Any]) -> None:
        if self._limit.allows("code"):
            self._send_code()

    def _start(self, message: dict[str, Any]) -> None:
        try:
            value = read_form(self._form, message.get("input"))
        except ValueError as error:
            self._show_problem(str(error))
            return
        environment.spawn(functools.partial(self._run, self._runs.arun, value))

    def _resume(self, message: dict[str, Any]) -> None:
        value = message.get("value")
        environment.spawn(functools.partial(self._run, self._runs.aresume, value))

    async def _run(self, start: Callable[..., Awaitable[Run]], value: object) -> None:
        """Run the graph; a run that has not begun leaves its error above the input box."""
        runs = self._runs.runs
        before = len(runs)
        try:
            await start(value, from_page=True)
        except Exception as error:  # noqa: BLE001 - the graph may raise anything; the view shows it
            _LOG.debug("a run from the input box has failed", exc_info=True)
            if len(runs) == before or not runs[-1].tasks:
                sentence = environment.sentence(error)
                self._show_problem(f"The graph did not start: {sentence}")
