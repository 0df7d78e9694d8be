"""What goes past a kernel's row of messages, and what stays in it."""

import threading
from types import SimpleNamespace

import pytest
import zmq
from jupyter_client.session import Session

from lg_notebook.kernel import comm_pump, environment


class Stream:
    """As much of a `ZMQStream` as is used."""

    def __init__(self, callback):
        self._recv_callback, self._recv_copy = callback, False
        self.waiting = []

    def on_recv(self, callback, copy):
        assert not copy
        self._recv_callback = callback

    def flush(self, flag):
        assert flag == zmq.POLLIN
        while self.waiting:
            self._recv_callback(self.waiting.pop(0))


class Kernel:
    """As much of ipykernel 6 as is used, with a cell running."""

    def __init__(self):
        self.session = Session(key=b"secret")
        self.kept, self.handled, self.said, self.failures = [], [], [], []
        self.log = SimpleNamespace(exception=self.failures.append)
        self.shell_handlers = dict.fromkeys(("comm_open", "comm_msg", "comm_close"), self.handle)
        self.msg_queue = SimpleNamespace(_getters=[])
        self.shell_stream = Stream(self.kept.append)
        self.parent, self._parent_ident = {"header": "the cell"}, {"shell": [b"me"]}
        self.fail = False

    async def dispatch_shell(self, msg):
        raise NotImplementedError

    def set_parent(self, ident, parent, channel):
        assert channel == "shell"
        self._parent_ident, self.parent = {"shell": ident}, parent

    def get_parent(self, channel):
        return self.parent

    def _publish_status(self, status, channel):
        header = self.parent["header"]
        self.said.append((status, header if header == "the cell" else header["msg_type"]))

    def handle(self, stream, idents, message):
        self.handled.append((idents, message["header"]["msg_type"], message["content"]))
        if self.fail:
            raise ValueError("no")

    def frames(self, kind, content):
        message = self.session.serialize(self.session.msg(kind, content), ident=b"view")
        return [zmq.Frame(each) for each in message]

    def arrive(self, kind, content):
        self.shell_stream._recv_callback(self.frames(kind, content))


class Widget:
    pass


@pytest.fixture
def kernel(monkeypatch):
    made, widget = Kernel(), Widget()
    monkeypatch.setattr(environment, "kernel", lambda: made)
    monkeypatch.setattr(comm_pump, "_pumps", {})
    comm_pump.widgets["ours"] = made.widget = widget
    return made


OURS = {"comm_id": "ours", "data": {}}


def test_what_is_for_us_is_handled_at_once(kernel):
    with comm_pump.open_pump(awaited=True):
        kernel.arrive("comm_msg", OURS)

    assert kernel.handled == [([b"view"], "comm_msg", OURS)]
    assert kernel.kept == []
    # The cell continues as without the message.
    assert kernel.said == [("busy", "comm_msg"), ("idle", "comm_msg"), ("busy", "the cell")]
    assert (kernel.parent, kernel._parent_ident) == ({"header": "the cell"}, {"shell": [b"me"]})


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_request", {"code": "1"}),
        ("execute_request", OURS),
        ("comm_msg", {"comm_id": "theirs", "data": {}}),
        ("comm_open", {"comm_id": "new", "target_name": "theirs"}),
        ("comm_msg", {}),
        ("comm_msg", {"comm_id": []}),
        ("complete_request", {}),
    ],
)
def test_everything_else_keeps_its_place(kernel, kind, content):
    with comm_pump.open_pump(awaited=True):
        kernel.arrive(kind, content)

    assert kernel.handled == []
    assert len(kernel.kept) == 1
    # The kernel can read it: looking at it has not used it up.
    _, parts = kernel.session.feed_identities(kernel.kept[0], copy=False)
    assert kernel.session.deserialize(parts, copy=False)["content"] == content


def test_what_is_forged_or_broken_is_the_kernels_business(kernel):
    stranger = Session(key=b"another")
    frames = [zmq.Frame(each) for each in stranger.serialize(stranger.msg("comm_msg", OURS))]
    with comm_pump.open_pump(awaited=True):
        kernel.shell_stream._recv_callback(frames)
        kernel.shell_stream._recv_callback([zmq.Frame(b"what")])

    assert kernel.handled == []
    assert len(kernel.kept) == 2


def test_the_widget_managers_channel_counts_as_ours(kernel):
    control = {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}
    with comm_pump.open_pump(awaited=True):
        kernel.arrive("comm_open", control)
        kernel.arrive("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
        kernel.arrive("comm_close", {"comm_id": "control"})
    with comm_pump.open_pump(awaited=True):
        kernel.arrive("comm_msg", {"comm_id": "control"})

    assert [kind for _, kind, _ in kernel.handled] == ["comm_open", "comm_msg", "comm_close"]
    assert len(kernel.kept) == 1


def test_a_handler_that_fails_ends_nothing(kernel):
    kernel.fail = True
    with comm_pump.open_pump(awaited=True):
        kernel.arrive("comm_msg", OURS)

    assert len(kernel.failures) == 1
    assert kernel.said[-1] == ("busy", "the cell")


def test_between_two_cells_the_kernel_does_it(kernel):
    kernel.msg_queue._getters.append("waiting")
    with comm_pump.open_pump(awaited=True):
        kernel.arrive("comm_msg", OURS)

    assert (kernel.handled, len(kernel.kept)) == ([], 1)


def test_a_widget_that_is_gone_is_not_spoken_to(kernel):
    del kernel.widget
    with comm_pump.open_pump(awaited=True):
        kernel.arrive("comm_msg", OURS)

    assert len(kernel.kept) == 1


def test_messages_are_handled_on_request_if_the_cell_blocks(kernel):
    with comm_pump.open_pump(awaited=False) as handle_arrived:
        kernel.shell_stream.waiting += [kernel.frames("comm_msg", OURS)]
        handle_arrived()

    assert len(kernel.handled) == 1


def test_it_is_gone_with_the_last_who_uses_it(kernel):
    before = kernel.shell_stream._recv_callback
    one, two = comm_pump.open_pump(awaited=True), comm_pump.open_pump(awaited=False)
    one.__enter__()
    two.__enter__()
    one.__exit__(None, None, None)
    assert kernel.shell_stream._recv_callback != before
    two.__exit__(None, None, None)
    assert kernel.shell_stream._recv_callback is before


def test_what_others_put_over_it_is_theirs(kernel):
    def theirs(frames):
        pass

    with comm_pump.open_pump(awaited=True):
        kernel.shell_stream._recv_callback = theirs

    assert kernel.shell_stream._recv_callback is theirs


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("", "session"), ("", "shell_stream"), ("", "msg_queue"), ("", "shell_handlers"),
        ("", "_parent_ident"), ("shell_stream", "_recv_callback"), ("shell_stream", "_recv_copy"),
    ],
)  # fmt: skip
def test_a_kernel_that_is_different_is_left_alone(kernel, where, name):
    delattr(getattr(kernel, where) if where else kernel, name)
    with comm_pump.open_pump(awaited=False) as handle_arrived:
        handle_arrived()

    assert comm_pump._pumps == {id(kernel): None}


def test_a_kernel_that_lets_views_speak_is_left_alone_while_a_run_is_awaited(kernel):
    async def dispatch_shell(msg, *, concurrent=False):
        raise NotImplementedError

    kernel.dispatch_shell = dispatch_shell
    before = kernel.shell_stream._recv_callback
    with comm_pump.open_pump(awaited=True):
        assert kernel.shell_stream._recv_callback is before
    with comm_pump.open_pump(awaited=False):
        assert kernel.shell_stream._recv_callback != before


def test_in_another_thread_or_without_a_kernel_nothing_happens(kernel, monkeypatch):
    before = kernel.shell_stream._recv_callback
    same = []

    def look():
        with comm_pump.open_pump(awaited=True) as handle_arrived:
            handle_arrived()
            same.append(kernel.shell_stream._recv_callback is before)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    monkeypatch.setattr(environment, "kernel", lambda: None)
    look()

    assert same == [True, True]
