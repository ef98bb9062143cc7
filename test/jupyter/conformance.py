"""jupyter_kernel_test: every test that it has, on Hypatia."""

import jupyter_kernel_test

from client import KERNEL


class Conformance(jupyter_kernel_test.KernelTests):
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
