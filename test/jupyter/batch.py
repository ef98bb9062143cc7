"""Whole notebooks through the programs that run them: nbconvert, nbclient, papermill, the console,
and `hypatia run`, which needs none of them and must come to the same."""

from __future__ import annotations

import json
import os
import re
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


#: Tensors, an error that is meant, and displays of several kinds. The second cell is for papermill
#: to put its parameters behind.
TENSORS = [
    "import { readFileSync } from 'node:fs';",
    "const rate = 0.5, label = 'none', deep = false, steps = 1;",
    "const w = shared(ones([2, 3]), 'w');\nw.shape",
    "w * rate",
    "dot(w, ones([4, 5]))",
    "const shown = display(label);\nshown.update(html`<i>${steps} ${'<'} 9</i>`);",
    "plot([1, 4, 9], { title: 'squares' })",
    "for (const i of progress(3)) console.log(i);",
    "[rate, label.toUpperCase(), deep, steps + 1]",
]
TAGS = {1: "parameters", 4: "raises-exception"}


def notebook(*cells: str) -> Any:
    spec = {"name": KERNEL, "display_name": "Hypatia", "language": "typescript"}
    made = new_notebook(metadata={"kernelspec": spec})
    made.cells = [new_markdown_cell("# A title"), *map(new_code_cell, cells)]
    return made


def tensors(error: bool = True) -> Any:
    """papermill gives up on an error also where it is meant."""
    made = notebook(*TENSORS)
    for place, tag in TAGS.items():
        made.cells[place + 1].metadata["tags"] = [tag]
    if not error:
        made.cells = [c for c in made.cells if "raises-exception" not in c.metadata.get("tags", [])]
    return made


def timeless(value: Any) -> Any:
    """Outputs with counts of 0, and with a mark for what took time or makes steps a second."""
    text = re.sub(r'("execution_count": )\d+', r"\g<1>0", json.dumps(value))
    text = re.sub(r"\d[\d.]*(?:e[-+]?\d+)? ?(?:ns|\\u00b5s|ms|s|min)\b", "⌛", text)
    return json.loads(re.sub(r"[\d.]+k?/s|⌛/step", "⌛", text))


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
            command, cwd=self.folder, capture_output=True, text=True, timeout=400, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def nbconvert(self, *options: str) -> None:
        self.program(sys.executable, "-m", "nbconvert", *options)

    def hypatia(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*get_kernel_spec(KERNEL).argv[:2], *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=400, check=False
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

    def test_jupyter_run_executes_a_file(self) -> None:
        # It gives the kernel the file's name, too.
        (self.folder / "in.ts").write_text("const greeting: string = 'hello';\nconsole.log(greeting);\n")
        done = self.program(sys.executable, "-m", "jupyter", "run", f"--kernel={KERNEL}", "in.ts")
        self.assertEqual((done.stdout, done.stderr), ("hello\n", ""))

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

    def test_a_notebook_of_tensors_comes_to_the_same_in_all_of_them(self) -> None:
        client = nbclient.NotebookClient(tensors(), timeout=120)
        reference = timeless(outputs(client.execute()))
        self.assertEqual(reference[2][0]["data"]["text/plain"], "[ 2, 3 ]")
        self.assertIn("f32 [2, 3]", reference[3][0]["data"]["text/plain"])
        self.assertEqual(reference[4][0]["ename"], "HypatiaError")
        self.assertEqual(reference[5][0]["data"]["text/html"], "<i>1 &lt; 9</i>")
        self.assertIn("<svg", reference[6][0]["data"]["image/svg+xml"])
        python, source, result = sys.executable, "in.ipynb", "out.ipynb"
        for run, error in (
            ([python, "-m", "nbconvert", "--to=notebook", "--execute", source, "--output", result], True),
            ([python, "-m", "papermill", source, result], False),
            ([*get_kernel_spec(KERNEL).argv[:2], "run", source, "--output", result], True),
        ):
            nbformat.write(tensors(error), self.folder / source)
            self.program(*run)
            wanted = [cell for place, cell in enumerate(reference) if error or place != 4]
            found = outputs(nbformat.read(self.folder / result, 4))
            self.assertEqual(timeless(found), wanted, run)

    def test_a_notebook_that_shows_no_times_comes_to_the_same_each_time(self) -> None:
        """For nbval, and for notebooks under version control."""
        first, second = notebook(*TENSORS), notebook(*TENSORS)
        for made in (first, second):
            made.cells[1].source += "\nconfig.timings = false;"
            nbclient.NotebookClient(made, timeout=60, allow_errors=True).execute()
        self.assertIn(" · 1 kernel", outputs(first)[3][0]["data"]["text/plain"])
        self.assertEqual(outputs(first), outputs(second))

    def test_papermill_passes_parameters(self) -> None:
        """It has no translator for TypeScript; assignments of C# are TypeScript too."""
        path = self.folder / "in.ipynb"
        nbformat.write(tensors(error=False), path)
        options = ["--language", ".net-csharp", "-p", "rate", "0.25", "-p", "deep", "True"]
        options += ["-p", "label", 'it\'s "é" \\', "-p", "steps", "-3"]
        self.program(sys.executable, "-m", "papermill", str(path), "out.ipynb", *options)
        done = nbformat.read(self.folder / "out.ipynb", 4)
        nbformat.validate(done)
        told = outputs(done)[-1][0]["data"]["text/plain"]
        self.assertEqual(told, """[ 0.25, `IT'S "É" \\\\`, true, -2 ]""")
        injected = [c for c in done.cells if "injected-parameters" in c.metadata.get("tags", [])]
        self.assertIn("var rate = 0.25;", injected[0].source)

    def test_papermill_stops_at_an_error_and_says_which(self) -> None:
        path = self.write("1", "throw new RangeError('too far')", "2")
        command = [sys.executable, "-m", "papermill", str(path), str(self.folder / "out.ipynb")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("RangeError: too far", re.sub(r"\x1b\[\d+m", "", done.stderr))
        failed = outputs(nbformat.read(self.folder / "out.ipynb", 4))
        self.assertIn("error", [output["output_type"] for cell in failed for output in cell])

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


ESCAPES = r"(?:\x1b\[[?\d;]*\w)*"


def prompt(kind: str, number: int) -> str:
    """A pattern for `In [1]: ` or `Out[1]: `, in colours."""
    return rf"{kind} ?\[{ESCAPES}{number}{ESCAPES}\]: "


class Console(unittest.TestCase):
    def start(self, *options: str) -> Any:
        """The console on a terminal of 40 × 120 characters."""
        confirm = "--JupyterConsoleApp.confirm_exit=False"
        arguments = ["-m", "jupyter_console", f"--kernel={KERNEL}", confirm, *options]
        env = {**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
        console = pexpect.spawn(
            sys.executable, arguments, encoding="utf-8", timeout=60, env=env, dimensions=(40, 120)
        )
        self.addCleanup(console.close, force=True)
        return console

    def test_a_session(self) -> None:
        console = self.start("--simple-prompt")
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

    def test_a_session_with_completion_and_lines_that_go_on(self) -> None:
        # Where an answer is late, the console would guess how a line goes on, or complete nothing.
        late = ["ZMQTerminalInteractiveShell.kernel_is_complete_timeout", "ZMQCompleter.timeout"]
        console = self.start(*(f"--{name}=60" for name in late))
        console.expect(prompt("In", 1))
        console.send("const numbers = ones([2, 3]);\r")
        console.expect(prompt("In", 2))
        console.send("numbers.toArr\t")
        # The terminal is sent what changes: that may be the rest of the name alone.
        console.expect(f"toArr{ESCAPES}ay")
        console.send("()\r")
        console.expect(prompt("Out", 2))
        console.expect(r"\[ *\[ *1, *1, *1 *\]")
        console.expect(prompt("In", 3))
        console.send("console.log(70 + 7); for (;;) {\r")
        console.expect(r"\.\.\.: ")
        console.send("}\r")
        console.expect(r"77\r\n")
        console.sendintr()
        console.expect("Interrupted")
        console.expect(prompt("In", 4))
        console.send("numbers.shape.length + 40\r")
        console.expect(prompt("Out", 4))
        console.expect("42")
        console.expect(prompt("In", 5))
        console.sendeof()
        console.expect(pexpect.EOF)
