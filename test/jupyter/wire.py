"""What arrives on the sockets: signatures, malformed messages, transports, the other requests."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import zmq
from client import Kernel, KernelCase
from jupyter_client.session import Session


class Signatures(KernelCase):
    """A message that cannot be trusted is dropped without a reply; the kernel goes on."""

    def frames(self, session: Session | None = None) -> list[bytes]:
        session = session or self.kernel.client.session
        content = {"code": "let intruder = 1;", "silent": False}
        message = session.msg("execute_request", content)
        return session.serialize(message)

    def dropped(self, *frames: bytes) -> None:
        self.kernel.client.shell_channel.socket.send_multipart(list(frames))
        time.sleep(0.3)
        outcome = self.kernel.run("intruder")
        self.assertEqual(outcome.status, "error", "a message that should be dropped was run")
        self.assertEqual(self.kernel.ok("1 + 1").text, "2")

    def test_a_message_signed_with_another_key_is_dropped(self) -> None:
        self.dropped(*self.frames(Session(key=b"another key")))

    def test_an_unsigned_message_is_dropped(self) -> None:
        delimiter, _, *rest = self.frames()
        self.dropped(delimiter, b"", *rest)

    def test_a_message_changed_after_signing_is_dropped(self) -> None:
        *head, content = self.frames()
        self.dropped(*head, content.replace(b"intruder", b"intrude2"))
        self.assertEqual(self.kernel.run("intrude2").status, "error")

    def test_a_replayed_message_runs_once(self) -> None:
        session = self.kernel.client.session
        self.kernel.ok("let runs = 0;")
        message = session.msg("execute_request", {"code": "runs += 1;", "silent": True})
        frames = session.serialize(message)
        for _ in range(2):
            self.kernel.client.shell_channel.socket.send_multipart(frames)
        time.sleep(0.5)
        self.assertEqual(self.kernel.ok("runs").text, "1")

    def test_malformed_messages_are_dropped(self) -> None:
        session = self.kernel.client.session

        def signed(*parts: bytes) -> list[bytes]:
            return [b"<IDS|MSG>", session.sign(list(parts)), *parts]

        def header() -> bytes:
            return json.dumps(session.msg_header("execute_request"), default=str).encode()

        for frames in (
            [b""],
            [b"nonsense"],
            [b"<IDS|MSG>"],
            [b"<IDS|MSG>", b"short"],
            signed(header()),
            signed(b"{", b"{}", b"{}", b"{}"),
            signed(b"[]", b"{}", b"{}", b"{}"),
            signed(b"null", b"null", b"null", b"null"),
            signed(header(), b"{}", b"{}", b"17"),
            signed(header(), b"{}", b"{}", b'{"code": 17}'),
            signed(header(), b"{}", b"{}", b"{}"),
            signed(b"\xff\xfe", b"{}", b"{}", b"{}"),
        ):
            for channel in (self.kernel.client.shell_channel, self.kernel.client.control_channel):
                channel.socket.send_multipart(frames)
        self.assertEqual(self.kernel.ok("1 + 1").text, "2")


class Requests(KernelCase):
    def test_kernel_info(self) -> None:
        info = self.kernel.ask("kernel_info_request").reply["content"]
        self.assertEqual(info["protocol_version"].split(".")[0], "5")
        self.assertEqual(info["implementation"], "hypatia")
        language = info["language_info"]
        self.assertEqual(language["codemirror_mode"], "typescript")
        self.assertEqual(language["nbconvert_exporter"], "script")

    def test_completion_counts_code_points(self) -> None:
        code = 'const s = "😀😀"; s.toUpperC'
        reply = self.kernel.ask("complete_request", code=code, cursor_pos=len(code)).reply["content"]
        self.assertEqual(reply["matches"], ["toUpperCase"])
        start = code.index("toUpperC")
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (start, len(code)))

    def test_inspection_of_a_live_tensor(self) -> None:
        self.kernel.ok("const seen = zeros([3, 5]);")
        reply = self.kernel.ask("inspect_request", code="seen", cursor_pos=2, detail_level=0)
        text = reply.reply["content"]["data"]["text/plain"]
        self.assertRegex(text, r"(?s)(?=.*f32)(?=.*3)(?=.*5)")

    def test_inspection_of_nothing(self) -> None:
        reply = self.kernel.ask("inspect_request", code="   ", cursor_pos=1, detail_level=0)
        self.assertEqual(reply.reply["content"]["found"], False)

    def test_comm_info(self) -> None:
        self.assertEqual(self.kernel.ask("comm_info_request").reply["content"]["comms"], {})

    def test_incomplete_code_says_how_to_indent(self) -> None:
        reply = self.kernel.ask("is_complete_request", code="if (true) {").reply["content"]
        self.assertEqual(reply["status"], "incomplete")
        self.assertEqual(reply["indent"].strip(), "")


class Transports(KernelCase):
    def test_ipc(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            kernel = Kernel(transport="ipc", ip=str(Path(folder) / "kernel"))
            try:
                self.assertEqual(kernel.ok("6 * 7").text, "42")
            finally:
                kernel.close()


class Encryption(KernelCase):
    """CURVE, with the keys that jupyter_client makes: who does not know them hears nothing."""

    @classmethod
    def start(cls) -> Kernel:
        return Kernel(transport_encryption="required")

    def setUp(self) -> None:
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.term)

    def socket(self, kind: int, channel: str, server_key: bytes | None = None) -> Any:
        """A socket of somebody who knows the connection file's ports and, perhaps, a key."""
        socket = self.context.socket(kind)
        socket.linger = 0
        self.addCleanup(socket.close)
        if server_key is not None:
            socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
            socket.curve_serverkey = server_key
        info = self.kernel.manager.get_connection_info()
        socket.connect(f"tcp://{info['ip']}:{info[f'{channel}_port']}")
        return socket

    def answered(self, server_key: bytes | None, patience: int) -> dict[str, bool]:
        """Which channels answer that somebody, with rightly signed messages, within some ms."""
        session = self.kernel.client.session
        sockets = {"hb": self.socket(zmq.REQ, "hb", server_key)}
        sockets["hb"].send(b"ping", zmq.NOBLOCK)
        sockets["iopub"] = self.socket(zmq.SUB, "iopub", server_key)
        sockets["iopub"].subscribe(b"")
        for channel in ("shell", "control"):
            sockets[channel] = self.socket(zmq.DEALER, channel, server_key)
            frames = session.serialize(session.msg("kernel_info_request", {}))
            sockets[channel].send_multipart(frames, zmq.NOBLOCK)
        return {channel: socket.poll(patience) != 0 for channel, socket in sockets.items()}

    def test_keys_reach_the_kernel(self) -> None:
        self.assertIsNotNone(self.kernel.client.curve_publickey)
        self.assertEqual(self.kernel.ok("6 * 7").text, "42")

    def test_the_heart_beats(self) -> None:
        self.assertTrue(self.kernel.beats())

    def test_input_can_be_asked_for(self) -> None:
        request = self.kernel.send('prompt("Name?")', allow_stdin=True)
        self.kernel.wait_for_question()
        self.kernel.client.input("Ada")
        self.assertEqual(self.kernel.finish(request).text, "'Ada'")

    def test_with_the_servers_key_every_channel_answers(self) -> None:
        answers = self.answered(self.kernel.client.curve_publickey, 60_000)
        self.assertEqual(set(answers.values()), {True}, answers)

    def test_without_a_key_none_does(self) -> None:
        self.assertEqual(set(self.answered(None, 500).values()), {False})
        self.assertEqual(self.kernel.ok("1 + 1").text, "2")

    def test_with_another_key_none_does(self) -> None:
        another, _ = zmq.curve_keypair()
        self.assertEqual(set(self.answered(another, 500).values()), {False})
        self.assertEqual(self.kernel.ok("1 + 1").text, "2")

    def test_over_ipc(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ip = str(Path(folder) / "kernel")
            kernel = Kernel(transport="ipc", ip=ip, transport_encryption="required")
            try:
                self.assertEqual(kernel.ok("6 * 7").text, "42")
            finally:
                kernel.close()


class Questions(KernelCase):
    def test_prompt_asks_the_person(self) -> None:
        request = self.kernel.send('const who = prompt("Name?"); who', allow_stdin=True)
        self.assertEqual(self.kernel.wait_for_question()["prompt"].strip(), "Name?")
        self.kernel.client.input("Ada")
        self.assertEqual(self.kernel.finish(request).text, "'Ada'")

    def test_prompt_where_nobody_can_answer_is_an_error(self) -> None:
        self.assertEqual(self.kernel.run('prompt("Name?")', allow_stdin=False).status, "error")
