"""What a reply asks of its client: the pager, the next cell, the end of a console."""

import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import pexpect
from client import KERNEL, KernelCase


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
        self.assertEqual(self.payload("setTimeout(() => notebook.page('late'), 100); 0"), [])
        self.assertEqual(self.payload("await new Promise((f) => setTimeout(f, 300));"), [])


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
            self.assertFalse(engine.exists(), "the engine is still there")
        finally:
            console.close(force=True)
