"""An engine that dies: the cell that killed it says so, and a fresh one takes the next cell."""

from client import PATIENCE, Kernel, KernelCase


class Crashes(KernelCase):
    def died(self, cell: str, *words: str, timeout: float = 120) -> None:
        self.kernel.ok("let lost = 1;")
        outcome = self.kernel.run(cell, timeout)
        self.assertEqual(outcome.status, "error")
        said = f"{outcome.error['ename']} {outcome.error['evalue']}\n{outcome.traceback}"
        for word in words:
            self.assertRegex(said, f"(?i){word}")
        self.assertEqual(self.kernel.ok("1 + 1").text, "2")
        self.assertEqual(self.kernel.run("lost").status, "error", "names must be gone with values")

    def test_by_a_segmentation_fault(self) -> None:
        self.died('process.kill(process.pid, "SIGSEGV"); await new Promise(() => {});', "SIGSEGV")

    def test_by_a_kill(self) -> None:
        self.died('process.kill(process.pid, "SIGKILL"); await new Promise(() => {});', "SIGKILL")

    def test_by_an_abort(self) -> None:
        self.died("process.abort();", "SIGABRT")

    def test_by_process_exit(self) -> None:
        self.died("process.exit(3);", "exit|3")

    def test_by_running_out_of_memory(self) -> None:
        cell = "const all: number[][] = [];\nwhile (true) all.push(new Array(1_000_000).fill(1.5));"
        self.died(cell, "memory", timeout=240)

    def test_cells_queued_behind_it_are_aborted_or_run_in_the_fresh_engine(self) -> None:
        first = self.kernel.send('process.kill(process.pid, "SIGKILL"); await new Promise(() => {});')
        second = self.kernel.send("3 + 4")
        self.assertEqual(self.kernel.finish(first).status, "error")
        self.assertIn(self.kernel.finish(second).status, ("ok", "error", "aborted"))
        self.assertEqual(self.kernel.ok("3 + 4").text, "7")

    def test_five_times_in_a_row(self) -> None:
        for _ in range(5):
            self.died('process.kill(process.pid, "SIGKILL"); await new Promise(() => {});', "SIGKILL")


class Restart(KernelCase):
    def test_by_the_manager_forgets_values_and_goes_on(self) -> None:
        self.kernel.ok("let before = 1;")
        self.kernel.manager.restart_kernel(now=False)
        self.kernel.client.wait_for_ready(timeout=PATIENCE)
        self.assertEqual(self.kernel.run("before").status, "error")
        self.assertEqual(self.kernel.ok("5").text, "5")

    def test_shutdown_ends_the_process(self) -> None:
        kernel = Kernel()
        try:
            outcome = kernel.ask("shutdown_request", "control", restart=False)
            self.assertEqual(outcome.reply["content"]["restart"], False)
            kernel.manager.provisioner.process.wait(timeout=PATIENCE)
        finally:
            kernel.close()
