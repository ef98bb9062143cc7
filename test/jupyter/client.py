"""A Jupyter client for the tests: one kernel, any number of requests in flight.

Built on jupyter_client, so that what the tests speak is the protocol as others implement it. Every
message that arrives is validated against jupyter_kernel_test's specification of 5.x.
"""

from __future__ import annotations

import re
import time
import unittest
from dataclasses import dataclass, field
from typing import Any

import zmq
from jupyter_client.manager import KernelManager
from jupyter_kernel_test.msgspec_v5 import validate_message

KERNEL = "hypatia"
#: Seconds to wait where a healthy kernel needs far less: the machine is small and shared.
PATIENCE = 60.0


#: The schema has nothing about comms.
COMM_KINDS = ("comm_open", "comm_msg", "comm_close")


def validate_comm(message: dict[str, Any]) -> None:
    content = message["content"]
    wanted = {"comm_id": str, "data": dict}
    if message["msg_type"] == "comm_open":
        wanted["target_name"] = str
    for key, kind in wanted.items():
        if not isinstance(content.get(key), kind):
            raise AssertionError(f"{message['msg_type']}: {key} is {content.get(key)!r}")


@dataclass
class Outcome:
    """What one request led to: the reply and, between busy and idle, the messages on iopub."""

    reply: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)
    #: Seconds from sending the request to its reply.
    seconds: float = 0.0

    @property
    def status(self) -> str:
        return self.reply["content"]["status"]

    def contents(self, kind: str) -> list[dict[str, Any]]:
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def stream(self, name: str) -> str:
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == name)

    @property
    def stdout(self) -> str:
        return self.stream("stdout")

    @property
    def stderr(self) -> str:
        return self.stream("stderr")

    @property
    def result(self) -> dict[str, str]:
        """The MIME bundle of the cell's value; empty if it has none."""
        results = self.contents("execute_result")
        return results[0]["data"] if results else {}

    @property
    def text(self) -> str:
        return self.result.get("text/plain", "")

    @property
    def error(self) -> dict[str, Any]:
        """ename, evalue, traceback; empty if the cell did not fail."""
        errors = self.contents("error")
        return errors[0] if errors else {}

    @property
    def traceback(self) -> str:
        """Without its colours."""
        return re.sub(r"\x1b\[\d+m", "", "\n".join(self.error.get("traceback", [])))


class Kernel:
    """A running kernel and a client of it."""

    def __init__(self, cwd: str | None = None, **options: Any) -> None:
        self.manager = KernelManager(kernel_name=KERNEL, **options)
        self.manager.start_kernel(**({} if cwd is None else {"cwd": cwd}))
        self.client = self.manager.client()
        self.client.start_channels()
        self._messages: dict[str, list[dict[str, Any]]] = {}
        self._replies: dict[str, dict[str, Any]] = {}
        self._sent: dict[str, float] = {}
        self._idle: set[str] = set()
        self.asked: list[dict[str, Any]] = []
        self._poller = zmq.Poller()
        channels = (self.client.shell_channel, self.client.control_channel)
        for channel in (*channels, self.client.iopub_channel, self.client.stdin_channel):
            self._poller.register(channel.socket, zmq.POLLIN)
        try:
            self.client.wait_for_ready(timeout=PATIENCE)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def send(self, code: str, **options: Any) -> str:
        """Asks for an execution without waiting; gives the request's id."""
        options = {"allow_stdin": False, **options}
        return self._note(self.client.execute(code, **options))

    def request(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        """Sends any request, without waiting; gives its id."""
        message = self.client.session.msg(kind, content)
        getattr(self.client, f"{channel}_channel").send(message)
        return self._note(message["header"]["msg_id"])

    def _note(self, request: str) -> str:
        self._sent[request] = time.monotonic()
        return request

    def ask(self, kind: str, channel: str = "shell", **content: Any) -> Outcome:
        return self.finish(self.request(kind, content, channel))

    def run(self, code: str, timeout: float = PATIENCE, **options: Any) -> Outcome:
        return self.finish(self.send(code, **options), timeout)

    def ok(self, code: str, timeout: float = PATIENCE, **options: Any) -> Outcome:
        """Runs a cell that must not fail."""
        outcome = self.run(code, timeout, **options)
        if outcome.status != "ok":
            raise AssertionError(f"the cell failed:\n{code}\n{outcome.reply['content']}")
        return outcome

    def finish(self, request: str, timeout: float = PATIENCE) -> Outcome:
        """Waits for the reply and for idle, in whichever order they come."""
        deadline = time.monotonic() + timeout
        while request not in self._replies or request not in self._idle:
            if not self.pump(deadline - time.monotonic()):
                have = f"reply {request in self._replies}, idle {request in self._idle}"
                raise TimeoutError(f"no end of the request within {timeout} s ({have})")
        reply = self._replies[request]
        seconds = reply["arrived"] - self._sent[request]
        # A copy: what comes after idle, as a timer's output may, is no part of the outcome.
        return Outcome(reply, list(self._messages[request]), seconds)

    def wait_for_output(self, request: str, text: str, timeout: float = PATIENCE) -> None:
        """Waits until a running cell has printed `text` on stdout."""
        deadline = time.monotonic() + timeout
        while text not in Outcome({}, self._messages.get(request, [])).stdout:
            if not self.pump(deadline - time.monotonic()):
                raise TimeoutError(f"the cell did not print {text!r} within {timeout} s")

    def wait_for_question(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """Waits for an input_request."""
        deadline = time.monotonic() + timeout
        while not self.asked:
            if not self.pump(deadline - time.monotonic()):
                raise TimeoutError(f"no input_request within {timeout} s")
        return self.asked.pop(0)["content"]

    def pump(self, timeout: float) -> bool:
        """Takes in what has arrived; False when nothing did in time."""
        arrived = self._poller.poll(max(0, timeout) * 1000)
        for socket, _ in arrived:
            _, message = self.client.session.recv(socket, zmq.NOBLOCK)
            if message is not None:
                self._take(message)
        return bool(arrived)

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["msg_type"]
        parent = message["parent_header"].get("msg_id", "")
        if kind == "input_request":  # whose schema there demands a number for `password`
            self.asked.append(message)
            return
        if kind == "iopub_welcome":  # another client's; the schema does not know it
            return
        if kind in COMM_KINDS:
            validate_comm(message)
        elif message["content"].get("status") != "aborted":  # ipykernel's word, not the schema's
            validate_message(message, kind)
        if kind.endswith("_reply"):
            if parent in self._replies:
                raise AssertionError(f"a second {kind} to one request")
            self._replies[parent] = {**message, "arrived": time.monotonic()}
        elif kind == "status":
            if parent == "":  # of the kernel itself, whose cell still runs
                return
            self._take_status(parent, message["content"]["execution_state"])
        else:
            self._messages.setdefault(parent, []).append(message)

    def _take_status(self, parent: str, state: str) -> None:
        if state == "busy":
            if parent in self._idle or parent in self._messages:
                raise AssertionError("a second busy for one request, or output before it")
            self._messages[parent] = []
        elif state == "idle":
            if parent in self._idle:
                raise AssertionError("a second idle for one request")
            self._idle.add(parent)

    def beats(self, timeout: float = PATIENCE) -> bool:
        """Whether the heart answers. jupyter_client's own look takes a late answer for none."""
        heart = self.client.hb_channel
        with self.client.context.socket(zmq.REQ) as socket:
            socket.linger = 0
            if heart.curve_serverkey is not None:
                socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
                socket.curve_serverkey = heart.curve_serverkey
            socket.connect(heart.address)
            socket.send(b"ping")
            return socket.poll(timeout * 1000) != 0 and socket.recv() == b"ping"

    def interrupt(self) -> None:
        """As JupyterLab's button does: a request on the control channel."""
        outcome = self.ask("interrupt_request", "control")
        if outcome.status != "ok":
            raise AssertionError(f"interrupt refused: {outcome.reply['content']}")


class KernelCase(unittest.TestCase):
    """Tests that share one kernel. A test that leaves it unusable spoils only itself."""

    kernel: Kernel

    @classmethod
    def start(cls) -> Kernel:
        return Kernel()

    @classmethod
    def setUpClass(cls) -> None:
        cls.kernel = cls.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.kernel.close()

    def setUp(self) -> None:
        try:
            self.kernel.ok("0")
        except (AssertionError, TimeoutError):
            self.kernel.close()
            type(self).kernel = self.start()
