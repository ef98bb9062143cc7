"""jupyter_kernel_test: every test that it has, on Hypatia."""

from typing import Any
from unittest import mock

import jupyter_kernel_test

from client import KERNEL, PATIENCE


class Conformance(jupyter_kernel_test.KernelTests):
    """It allows each message a tenth of a second, which is too little where others are at work."""

    def flush_channels(self) -> None:
        """Reads until a request of our own has ended."""
        request = self.kc.comm_info()
        while self.kc.get_shell_msg(timeout=PATIENCE)["parent_header"]["msg_id"] != request:
            pass
        while True:
            message = self.kc.get_iopub_msg(timeout=PATIENCE)
            mine = message["parent_header"].get("msg_id") == request
            if mine and message["content"]["execution_state"] == "idle":
                return

    def execute_helper(self, code: str, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        channel = self.kc.iopub_channel
        get = channel.get_msg
        with mock.patch.object(channel, "get_msg", lambda timeout: get(timeout=PATIENCE)):
            return super().execute_helper(code, PATIENCE, **options)

    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'

    completion_samples = [
        {"text": "zeros([2]).logSoftm", "matches": {"logSoftmax"}},
        {"text": "logSumE", "matches": {"logSumExp"}},
        {"text": 'const 𝒙𝒚 = "😀"; 𝒙𝒚.toUpperC', "matches": {"toUpperCase"}},
        {"text": "nothingBeginsLikeThis"},
    ]
    complete_code_samples = [
        "1",
        "const x = 1;",
        "function f(x: number) { return x; }",
        "/* a comment */",
        "`a\nb`",
    ]
    incomplete_code_samples = [
        "function f(",
        "if (true) {",
        "const x = [1,",
        "`a",
        "/* a comment",
        "1 +",
    ]
    invalid_code_samples = ["const = 3", "1 2", ")", '"a']

    code_generate_error = 'throw new Error("on purpose")'
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2].length", "result": "2"},
        {"code": "40 + 2", "result": "42"},
        {"code": "zeros([2])"},
        {"code": "zeros([2])", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": 'display(html("<b>bold</b>"))', "mime": "text/html"},
        {"code": 'display(svg("<svg/>"))', "mime": "image/svg+xml"},
        {"code": "display(zeros([2]))", "mime": "text/plain"},
        {"code": "display(image(zeros([8, 8])))", "mime": "image/png"},
    ]

    code_history_pattern = "?? ? 2*"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "logSumExp"
    code_clear_output = "clearOutput()"
    code_page_something = "zeros?"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True
