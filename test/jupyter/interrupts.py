"""Interrupting a busy kernel: the cell ends soon, with an error; the state is kept."""

import time

from client import KernelCase

class Interrupts(KernelCase):
    def stopped(self, cell: str, printed: str = "go") -> None:
        """Runs a cell that never ends, interrupts it when it has begun, and looks at the rest."""
        self.kernel.ok("let state = 1;")
        request = self.kernel.send(cell)
        self.kernel.wait_for_output(request, printed)
        time.sleep(0.2)  # it shall be in the middle of the wait or loop, not about to enter it
        self.kernel.interrupt()
        outcome = self.kernel.finish(request)
        self.assertEqual(outcome.status, "error")
        self.assertRegex(outcome.error["ename"] + outcome.error["evalue"], "(?i)interrupt")
        self.assertEqual(self.kernel.ok("state").text, "1", "the state was lost")

    def test_a_synchronous_loop(self) -> None:
        self.stopped('console.log("go");\nwhile (true) {}')

    def test_a_loop_that_prints(self) -> None:
        self.stopped('while (true) console.log("go");')

    def test_a_pending_await(self) -> None:
        self.stopped('console.log("go");\nawait new Promise(() => {});')

    def test_a_loop_after_an_await(self) -> None:
        self.stopped('await Promise.resolve();\nconsole.log("go");\nwhile (true) {}')

    def test_a_loop_after_a_timer(self) -> None:
        self.stopped('await new Promise((f) => setTimeout(f, 10));\nconsole.log("go");\nwhile (true) {}')

    def test_a_loop_in_a_timers_callback(self) -> None:
        self.stopped(
            'setTimeout(() => { console.log("go"); while (true) {} }, 10);\nawait new Promise(() => {});'
        )

    def test_a_loop_of_awaits(self) -> None:
        self.stopped('console.log("go");\nwhile (true) await Promise.resolve();')

    def test_a_loop_that_catches_errors(self) -> None:
        self.stopped('console.log("go");\nwhile (true) { try { JSON.parse("{"); } catch {} }')

    def test_a_function_of_an_earlier_cell(self) -> None:
        self.kernel.ok("function spin() { while (true) {} }")
        self.stopped('console.log("go");\nspin();')

    def test_a_childs_execution(self) -> None:
        self.stopped(
            'import { execSync } from "node:child_process";\nconsole.log("go");\nexecSync("sleep 60");'
        )

    def test_a_loop_of_compiled_steps(self) -> None:
        self.stopped(
            "const big = ones([500, 500]);\n"
            'console.log("go");\n'
            "while (true) (dot(big, big) / 500).data();"
        )

    def test_ten_times_in_a_row(self) -> None:
        for _ in range(10):
            self.stopped('console.log("go");\nwhile (true) {}')

    def test_of_an_idle_kernel_changes_nothing(self) -> None:
        self.kernel.ok("let idle = 1;")
        for _ in range(3):
            self.kernel.interrupt()
        self.assertEqual(self.kernel.ok("idle").text, "1")

    def test_through_the_kernel_manager(self) -> None:
        self.kernel.ok("let managed = 1;")
        request = self.kernel.send('console.log("go");\nwhile (true) {}')
        self.kernel.wait_for_output(request, "go")
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(self.kernel.finish(request).status, "error")
        self.assertEqual(self.kernel.ok("managed").text, "1")

    def test_queued_cells_are_aborted(self) -> None:
        self.kernel.ok("let ran = 0;")
        first = self.kernel.send('console.log("go");\nwhile (true) {}')
        later = [self.kernel.send("ran += 1;") for _ in range(3)]
        self.kernel.wait_for_output(first, "go")
        self.kernel.interrupt()
        for request in (first, *later):
            self.assertNotEqual(self.kernel.finish(request).status, "ok")
        self.assertEqual(self.kernel.ok("ran").text, "0")

    def test_user_code_cannot_swallow_it_for_good(self) -> None:
        self.stopped('console.log("go");\nwhile (true) { try { while (true) {} } finally { } }')


class WhileBusy(KernelCase):
    """The front answers while a cell runs in the engine."""

    def setUp(self) -> None:
        super().setUp()
        self.request = self.kernel.send('console.log("go");\nwhile (true) {}')
        self.kernel.wait_for_output(self.request, "go")

    def tearDown(self) -> None:
        self.kernel.interrupt()
        self.assertEqual(self.kernel.finish(self.request).status, "error")

    def test_the_heart_beats(self) -> None:
        self.assertTrue(self.kernel.beats())

    def test_completion_is_answered(self) -> None:
        outcome = self.kernel.ask("complete_request", code="logSumE", cursor_pos=7)
        self.assertEqual(outcome.reply["content"]["matches"], ["logSumExp"])

    def test_kernel_info_is_answered_on_control(self) -> None:
        outcome = self.kernel.ask("kernel_info_request", "control")
        self.assertEqual(outcome.reply["content"]["language_info"]["name"], "typescript")
