"""What a reply asks of its client (the pager, the next cell, the end of a console), and what line
helpers reply."""

import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

import pexpect
from client import KERNEL, PATIENCE, KernelCase


class Payloads(KernelCase):
    def payload(self, cell: str, **options: Any) -> list[dict[str, Any]]:
        return self.kernel.ok(cell, **options).reply["content"]["payload"]

    def page(self, cell: str) -> dict[str, str]:
        (payload,) = self.payload(cell)
        self.assertEqual((payload["source"], payload["start"]), ("page", 0))
        return payload["data"]

    def test_a_name_with_a_mark_is_explained(self) -> None:
        data = self.page("logSumExp?")
        self.assertIn("logSumExp(", data["text/plain"])
        self.assertIn("```typescript", data["text/markdown"])

    def test_of_a_variable_its_value_is_shown(self) -> None:
        self.kernel.ok("const seen = zeros([3, 5]);")
        self.assertRegex(self.page("seen?")["text/plain"], r"(?s)const seen.*3\s*[×,x]\s*5")

    def test_also_of_one_that_the_same_cell_declares(self) -> None:
        self.assertIn("'here'", self.page("const made = 'here';\nmade?")["text/plain"])

    def test_with_two_marks_its_source(self) -> None:
        self.kernel.ok("function twice(x: number) {\n  return 2 * x;\n}")
        self.assertIn("return 2 * x", self.page("twice??")["text/plain"])
        self.assertNotIn("return 2 * x", self.page("twice?")["text/plain"])

    def test_of_a_type(self) -> None:
        self.kernel.ok("interface Point { x: number }")
        self.assertIn("interface Point", self.page("Point?")["text/plain"])

    def test_of_a_line_helper(self) -> None:
        self.assertIn("print how long it took", self.page("%time?")["text/plain"])

    def test_of_an_unknown_name_that_is_said(self) -> None:
        self.assertIn("Nothing is known of nope", self.page("nope?")["text/plain"])

    def test_the_last_of_a_source_counts(self) -> None:
        cell = "notebook.nextInput('a'); notebook.page('b'); notebook.nextInput('c');"
        sources = {p["source"]: p.get("text") for p in self.payload(cell)}
        self.assertEqual(sources, {"set_next_input": "c", "page": None})

    def test_load_replaces_the_cell(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cell.ts"
            path.write_text("const loaded = 1;\n")
            (payload,) = self.payload(f"%load {path}")
        expected = {"source": "set_next_input", "text": f"// %load {path}\nconst loaded = 1;\n"}
        self.assertEqual(payload, {**expected, "replace": True})

    def test_exit_asks_the_client_and_leaves_the_kernel(self) -> None:
        for cell in ("exit", "quit()"):
            self.assertEqual(self.payload(cell), [{"source": "ask_exit", "keepkernel": False}])
        self.assertEqual(self.kernel.ok("1 + 1").text, "2")

    def test_none_for_a_silent_cell_nor_for_one_that_fails(self) -> None:
        self.assertEqual(self.payload("zeros?", silent=True), [])
        failed = self.kernel.run("notebook.page('x'); throw new Error('no');")
        self.assertEqual(failed.reply["content"]["payload"], [])
        self.assertEqual(self.payload("1"), [])

    def test_none_for_what_is_asked_when_the_cell_has_its_reply(self) -> None:
        asks = "setTimeout(() => { notebook.page('late'); asked = true; }, 1000)"
        self.assertEqual(self.payload(f"let asked = false;\n{asks};\n0"), [])
        waits = "while (!asked) await new Promise((f) => setTimeout(f, 10));"
        self.assertEqual(self.payload(waits), [])


class LineHelpers(KernelCase):
    def test_a_misspelt_one_is_answered_with_the_right_one(self) -> None:
        outcome = self.kernel.run("1\n%tiem zeros([2])")
        self.assertEqual(outcome.error["ename"], "SyntaxError")
        self.assertIn("there is no %tiem; did you mean %time? Known are %time, ", outcome.traceback)
        self.assertIn("❱ 2 │ %tiem zeros([2])\n    │ ^^^^^", outcome.traceback)

    def test_a_timed_cell_shows_its_value_and_keeps_its_names(self) -> None:
        outcome = self.kernel.ok("%%time\nconst timed = 6;\ntimed * 7")
        self.assertRegex(outcome.stdout, r"^time: [\d.]+ (ns|µs|ms|s)\n$")
        self.assertEqual((outcome.text, self.kernel.ok("timed").text), ("42", "6"))

    def test_an_error_of_theirs_is_said_once(self) -> None:
        traceback = self.kernel.run("%load no-such-file.ts").traceback
        self.assertEqual(traceback.count("no such file"), 1, traceback)

    def test_a_command_can_be_interrupted(self) -> None:
        request = self.kernel.send("!echo go; sleep 60")
        self.kernel.wait_for_output(request, "go")
        self.kernel.interrupt()
        self.assertEqual(self.kernel.finish(request).status, "error")

    def test_completion_and_inspection_know_them(self) -> None:
        reply = self.kernel.ask("complete_request", code="1\n%ti", cursor_pos=5).reply["content"]
        self.assertEqual(reply["matches"], ["%time", "%timeit"])
        shown = self.kernel.ask("inspect_request", code="%load x", cursor_pos=3, detail_level=0)
        self.assertIn("http(s) address", shown.reply["content"]["data"]["text/plain"])


def alive(process: Path) -> bool:
    """Whether a process of /proc runs; one that nobody has waited for does not."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class InAConsole(unittest.TestCase):
    def test_exit_ends_it_and_its_kernel(self) -> None:
        options = ["--simple-prompt", f"--kernel={KERNEL}", "--JupyterConsoleApp.confirm_exit=False"]
        arguments = ["-m", "jupyter_console", *options]
        console = pexpect.spawn(sys.executable, arguments, encoding="utf-8", timeout=60)
        try:
            console.expect(r"In \[1\]: ")
            console.sendline("process.pid")
            console.expect(r"Out\[1\]: (\d+)")
            engine = Path(f"/proc/{console.match[1]}")
            console.expect(r"In \[2\]: ")
            console.sendline("exit")
            console.expect(pexpect.EOF)
            console.wait()
            deadline = time.monotonic() + PATIENCE
            while alive(engine) and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertFalse(alive(engine), "the engine is still there")
        finally:
            console.close(force=True)
