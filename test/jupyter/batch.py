"""Whole notebooks through the programs that run them: nbconvert, nbclient, papermill, the console,
and `hypatia run`, which needs none of them and must come to the same."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import papermill
import pexpect
from jupyter_client.kernelspec import get_kernel_spec
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from client import KERNEL

CELLS = [
    "const greeting: string = 'hello';\nconsole.log(greeting);\nconsole.log('again');",
    "const x = 6;\nx * 7",
    "const shown = display('one');\nshown.update('two');",
    "display(html('<b>bold &amp; brave</b>'));",
    "console.log('gone');\nclearOutput();\nconsole.log('left');",
    "console.error('to stderr');",
    "await new Promise((done) => setTimeout(done, 10));\n'late'",
]


def notebook(*cells: str) -> Any:
    spec = {"name": KERNEL, "display_name": "Hypatia", "language": "typescript"}
    made = new_notebook(metadata={"kernelspec": spec})
    made.cells = [new_markdown_cell("# A title"), *map(new_code_cell, cells)]
    return made


def outputs(done: Any) -> list[list[dict[str, Any]]]:
    """The outputs of each code cell, without what differs from run to run."""
    kept = [[dict(output) for output in c.outputs] for c in done.cells if c.cell_type == "code"]
    for output in (output for cell in kept for output in cell):
        output.pop("transient", None)
    return kept


class Batch(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, *cells: str) -> Path:
        path = self.folder / "in.ipynb"
        nbformat.write(notebook(*cells), path)
        return path

    def program(self, *command: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=200, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def nbconvert(self, *options: str) -> None:
        self.program(sys.executable, "-m", "nbconvert", *options)

    def hypatia(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*get_kernel_spec(KERNEL).argv[:2], *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=200, check=False
        )

    def test_nbconvert_executes_a_notebook(self) -> None:
        self.nbconvert("--to=notebook", "--execute", "--output=out", str(self.write(*CELLS)))
        cells = outputs(nbformat.read(self.folder / "out.ipynb", 4))
        self.assertEqual(cells[0][0]["text"], "hello\nagain\n")
        self.assertEqual(cells[1][0]["data"]["text/plain"], "42")
        self.assertIn("two", cells[2][0]["data"]["text/plain"])
        self.assertEqual(cells[3][0]["data"]["text/html"], "<b>bold &amp; brave</b>")
        self.assertEqual(cells[4], [{"output_type": "stream", "name": "stdout", "text": "left\n"}])
        self.assertEqual(cells[5][0]["name"], "stderr")
        self.assertEqual(cells[6][0]["data"]["text/plain"], "'late'")

    def test_nbconvert_makes_a_page(self) -> None:
        # nbconvert picks the highlighter before it executes: from what the first run has noted.
        self.nbconvert("--to=notebook", "--execute", "--output=out", str(self.write(*CELLS)))
        self.nbconvert("--to=html", "--output=out", "out.ipynb")
        page = (self.folder / "out.html").read_text()
        for part in ("<b>bold &amp; brave</b>", "42", "A title", '<span class="kd">const</span>'):
            self.assertTrue(part in page, part)

    def test_nbconvert_makes_a_script(self) -> None:
        path = self.write(*CELLS)
        self.nbconvert("--to=notebook", "--execute", "--output=out", str(path))
        self.nbconvert("--to=script", "--output=out", "out.ipynb")
        self.assertIn("const greeting: string", (self.folder / "out.ts").read_text())

    def test_nbclient_stops_at_an_error(self) -> None:
        client = nbclient.NotebookClient(notebook("1", "throw new Error('here')", "2"), timeout=60)
        with self.assertRaises(nbclient.exceptions.CellExecutionError) as caught:
            client.execute()
        self.assertIn("here", str(caught.exception))

    def test_nbclient_may_go_on_after_an_error(self) -> None:
        made = notebook("1", "throw new Error('here')", "2 + 3")
        done = nbclient.NotebookClient(made, timeout=60, allow_errors=True).execute()
        self.assertEqual(outputs(done)[2][0]["data"]["text/plain"], "5")

    def test_papermill_executes_a_notebook(self) -> None:
        done = papermill.execute_notebook(
            self.write(*CELLS), None, kernel_name=KERNEL, progress_bar=False
        )
        self.assertEqual(outputs(done)[1][0]["data"]["text/plain"], "42")

    def test_hypatia_run_comes_to_the_same_as_nbclient(self) -> None:
        path = self.write(*CELLS)
        done = self.hypatia("run", str(path), "--output", "out.ipynb")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        ours = nbformat.read(self.folder / "out.ipynb", 4)
        nbformat.validate(ours)
        theirs = nbclient.NotebookClient(notebook(*CELLS), timeout=60).execute()
        self.assertEqual(outputs(ours), outputs(theirs))
        counts = [cell.execution_count for cell in ours.cells if cell.cell_type == "code"]
        self.assertEqual(counts, list(range(1, len(CELLS) + 1)))

    def test_hypatia_run_fails_with_the_cell_and_shows_why(self) -> None:
        path = self.write("1", "throw new Error('here')", "2")
        done = self.hypatia("run", str(path), "--output", "out.ipynb")
        self.assertEqual(done.returncode, 1)
        self.assertIn("here", done.stdout + done.stderr)
        cells = outputs(nbformat.read(self.folder / "out.ipynb", 4))
        self.assertEqual([cells[1][0]["output_type"], cells[2]], ["error", []])


class Console(unittest.TestCase):
    def test_a_session(self) -> None:
        options = ["--simple-prompt", f"--kernel={KERNEL}", "--JupyterConsoleApp.confirm_exit=False"]
        arguments = ["-m", "jupyter_console", *options]
        console = pexpect.spawn(sys.executable, arguments, encoding="utf-8", timeout=60)
        try:
            console.expect(r"In \[1\]: ")
            console.sendline("const six = 6;")
            console.expect(r"In \[2\]: ")
            console.sendline("six * 7")
            console.expect(r"Out\[2\]: 42")
            console.expect(r"In \[3\]: ")
            console.sendline("throw new Error('oops')")
            console.expect("oops")
            console.expect(r"In \[4\]: ")
            console.sendeof()
            console.expect(pexpect.EOF)
        finally:
            console.close(force=True)
