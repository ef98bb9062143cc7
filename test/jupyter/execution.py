"""What running a cell does: values, names, output, errors, and how queued cells end."""

import tempfile
from pathlib import Path

from client import Kernel, KernelCase


class Values(KernelCase):
    def test_the_last_expression_is_shown(self) -> None:
        self.assertEqual(self.kernel.ok("const a = 20;\na * 2 + 2").text, "42")

    def test_a_declaration_shows_nothing(self) -> None:
        self.assertEqual(self.kernel.ok("const nothing = 1;").result, {})

    def test_undefined_shows_nothing(self) -> None:
        self.assertEqual(self.kernel.ok("undefined").result, {})

    def test_names_persist_and_can_be_declared_again_with_another_type(self) -> None:
        self.kernel.ok("const again: number = 1;")
        self.kernel.ok('const again: string = "one";')
        self.assertEqual(self.kernel.ok("again.toUpperCase()").text, "'ONE'")

    def test_types_functions_and_classes_persist(self) -> None:
        self.kernel.ok("interface Named { name: string }\nfunction hail(x: Named) { return x.name; }")
        self.kernel.ok("class Person implements Named { constructor(readonly name: string) {} }")
        self.assertEqual(self.kernel.ok('hail(new Person("Ada"))').text, "'Ada'")

    def test_a_name_keeps_its_value_when_a_later_cell_fails(self) -> None:
        self.kernel.ok("let kept = 1;")
        self.kernel.run("kept = 2; throw new Error('no');")
        self.assertEqual(self.kernel.ok("kept").text, "2")

    def test_top_level_await(self) -> None:
        cell = "const late = await new Promise<number>((done) => setTimeout(() => done(7), 20));\nlate"
        self.assertEqual(self.kernel.ok(cell).text, "7")

    def test_a_promise_as_the_last_expression_is_awaited_or_shown(self) -> None:
        self.assertIn("5", self.kernel.ok("Promise.resolve(5)").text)

    def test_execution_counts_rise_by_one(self) -> None:
        first = self.kernel.ok("1").reply["content"]["execution_count"]
        self.assertEqual(self.kernel.ok("1").reply["content"]["execution_count"], first + 1)

    def test_a_silent_cell_leaves_no_trace(self) -> None:
        first = self.kernel.ok("1").reply["content"]["execution_count"]
        silent = self.kernel.ok("console.log('psst'); 1", silent=True)
        self.assertEqual((silent.contents("execute_input"), silent.result), ([], {}))
        self.assertEqual(self.kernel.ok("1").reply["content"]["execution_count"], first + 1)

    def test_an_empty_cell(self) -> None:
        for cell in ("", "  \n", "// only a comment"):
            kinds = [m["msg_type"] for m in self.kernel.ok(cell).messages]
            self.assertEqual([kind for kind in kinds if kind != "execute_input"], [], cell)

    def test_user_expressions(self) -> None:
        asked = {"good": "20 + 1", "bad": "noSuchName"}
        reply = self.kernel.ok("", user_expressions=asked).reply["content"]["user_expressions"]
        self.assertEqual(reply["good"]["data"]["text/plain"], "21")
        self.assertEqual(reply["bad"]["status"], "error")


class Operators(KernelCase):
    def test_on_tensors(self) -> None:
        cell = "const t = tensor([1, 2, 3]);\n(2 * t + 1 - t / 2).toArray()"
        self.assertEqual(self.kernel.ok(cell).text.replace(" ", ""), "[2.5,4,5.5]")

    def test_a_tensor_shows_shape_dtype_backend_and_timings(self) -> None:
        result = self.kernel.ok("ones([3, 4]) * 2").result
        for mime in ("text/plain", "text/html"):
            self.assertRegex(result[mime], r"3\s*[×,x]\s*4")
            for part in (r"\bf32\b", r"\b(cpu|js|webgpu)\b", r"\d\s*(µs|ms|s)\b"):
                self.assertRegex(result[mime], part)

    def test_numbers_and_strings_stay_what_they_are(self) -> None:
        self.assertEqual(self.kernel.ok('1 + 2 + "a" + -3 % 2').text, "'3a-1'")

    def test_compound_assignment_evaluates_its_target_once(self) -> None:
        cell = "let n = 0; const at = () => n++; const ts = [ones([2])];\nts[at()] += 1;\n[n, ts[0].toArray()]"
        self.assertEqual(self.kernel.ok(cell).text.replace(" ", ""), "[1,[2,2]]")


class Modules(KernelCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        here = Path(cls.folder.name)
        for name, kind, text in (
            ("plain", "commonjs", "exports.answer = 42; exports.kind = 'commonjs';"),
            ("modern", "module", "export const answer = 43; export default 'module';"),
        ):
            package = here / "node_modules" / name
            package.mkdir(parents=True)
            manifest = f'{{"name": "{name}", "type": "{kind}", "main": "index.js"}}'
            (package / "package.json").write_text(manifest)
            (package / "index.js").write_text(text)
            (package / "index.d.ts").write_text("export const answer: number;")
        (here / "near.mjs").write_text("export const near = 'by';")
        super().setUpClass()

    @classmethod
    def start(cls) -> Kernel:
        return Kernel(cwd=cls.folder.name)

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        cls.folder.cleanup()

    def test_of_node(self) -> None:
        cell = 'import { basename } from "node:path";\nbasename("/a/b.ts")'
        self.assertEqual(self.kernel.ok(cell).text, "'b.ts'")

    def test_commonjs_from_the_notebooks_folder(self) -> None:
        self.assertEqual(self.kernel.ok('import { answer } from "plain";\nanswer').text, "42")

    def test_esm_from_the_notebooks_folder(self) -> None:
        self.assertEqual(self.kernel.ok('import { answer as it } from "modern";\nit').text, "43")

    def test_dynamic_import(self) -> None:
        self.assertEqual(self.kernel.ok('(await import("modern")).answer').text, "43")

    def test_a_relative_file(self) -> None:
        self.assertEqual(self.kernel.ok('(await import("./near.mjs")).near').text, "'by'")

    def test_one_that_is_missing_is_named(self) -> None:
        outcome = self.kernel.run('import { x } from "no-such-module-at-all";')
        self.assertEqual(outcome.status, "error")
        self.assertIn("no-such-module-at-all", outcome.traceback)


class Output(KernelCase):
    def test_many_lines_arrive_whole_and_in_order(self) -> None:
        cell = "for (let i = 0; i < 20000; i++) console.log(i);"
        self.assertEqual(self.kernel.ok(cell).stdout, "".join(f"{i}\n" for i in range(20000)))

    def test_stdout_and_stderr_are_told_apart(self) -> None:
        outcome = self.kernel.ok('console.log("out"); console.error("err");')
        self.assertEqual((outcome.stdout, outcome.stderr), ("out\n", "err\n"))

    def test_of_process_stdout_write(self) -> None:
        self.assertEqual(self.kernel.ok('process.stdout.write("no newline");').stdout, "no newline")

    def test_of_a_subprocess(self) -> None:
        cell = 'import { execSync } from "node:child_process";\nexecSync("echo deep", { stdio: "inherit" });'
        self.assertIn("deep\n", self.kernel.ok(cell).stdout)

    def test_comes_before_the_result(self) -> None:
        outcome = self.kernel.ok('console.log("first"); "second"')
        kinds = [m["msg_type"] for m in outcome.messages]
        self.assertLess(kinds.index("stream"), kinds.index("execute_result"))

    def test_of_characters_beyond_ascii(self) -> None:
        self.assertEqual(self.kernel.ok('console.log("ñ 漢 😀 \\u0000");').stdout, "ñ 漢 😀 \0\n")

    def test_a_display_can_be_updated(self) -> None:
        outcome = self.kernel.ok('const shown = display("one"); shown.update("two");')
        ids = [c["transient"]["display_id"] for c in outcome.contents("display_data")]
        updated = [c["transient"]["display_id"] for c in outcome.contents("update_display_data")]
        self.assertEqual((len(ids), ids), (1, updated))

    def test_a_display_that_ends_a_cell_is_shown_once(self) -> None:
        outcome = self.kernel.ok('display("one")')
        self.assertEqual(len(outcome.contents("display_data")), 1)
        self.assertEqual(outcome.result, {})

    def test_html_and_svg_carry_text_too(self) -> None:
        for cell in ('html("<b>bold</b>")', 'svg("<svg/>")'):
            shown = self.kernel.ok(cell)
            bundles = [c["data"] for c in shown.contents("display_data")] + [shown.result]
            self.assertTrue(any("text/plain" in data for data in bundles), cell)


class Errors(KernelCase):
    def test_at_run_time_has_name_value_line_and_column(self) -> None:
        outcome = self.kernel.run('const before = 1;\n  throw new RangeError("too far");')
        count = outcome.reply["content"]["execution_count"]
        self.assertEqual(outcome.error["ename"], "RangeError")
        self.assertEqual(outcome.error["evalue"], "too far")
        self.assertIn('throw new RangeError("too far")', outcome.traceback)
        self.assertIn(f"In [{count}], line 2, column 9", outcome.traceback)

    def test_in_a_function_of_an_earlier_cell_names_both_cells(self) -> None:
        first = self.kernel.ok("function fails(): never {\n  throw new Error('deep');\n}")
        outcome = self.kernel.run("fails();")
        for cell in (first, outcome):
            count = cell.reply["content"]["execution_count"]
            self.assertIn(f"In [{count}]", outcome.traceback)

    def test_of_types_come_before_anything_runs(self) -> None:
        outcome = self.kernel.run('console.log("ran");\nconst wrong: number = "text";')
        self.assertEqual(outcome.stdout, "")
        self.assertEqual(outcome.status, "error")
        self.assertIn("2322", outcome.traceback)
        self.assertIn('const wrong: number = "text";', outcome.traceback)

    def test_of_syntax(self) -> None:
        outcome = self.kernel.run("const = ;")
        self.assertEqual(outcome.status, "error")
        self.assertIn("const = ;", outcome.traceback)

    def test_a_misspelt_name_is_answered_with_the_right_one(self) -> None:
        outcome = self.kernel.run("logSumExpp(ones([2]))")
        self.assertIn("logSumExp", outcome.traceback)

    def test_of_shapes_give_both_shapes(self) -> None:
        outcome = self.kernel.run("dot(zeros([2, 3]), zeros([4, 5]))")
        for part in ("dot", "2", "3", "4", "5"):
            self.assertIn(part, outcome.error["evalue"])

    def test_values_that_are_no_errors_can_be_thrown(self) -> None:
        for value in ('"text"', "17", "null", "undefined", "{ a: 1 }"):
            self.assertEqual(self.kernel.run(f"throw {value};").status, "error", value)
        self.assertEqual(self.kernel.ok("1").text, "1")

    def test_a_stack_overflow_is_an_error_like_another(self) -> None:
        self.kernel.ok("let depth = 1;")
        outcome = self.kernel.run("function down(): number { return 1 + down(); }\ndown();")
        self.assertEqual(outcome.error["ename"], "RangeError")
        self.assertEqual(self.kernel.ok("depth").text, "1")

    def test_an_unhandled_rejection_is_shown_and_kills_nothing(self) -> None:
        self.kernel.ok("let alive = 1;")
        self.kernel.run('Promise.reject(new Error("nobody waits"));\nawait new Promise((f) => setTimeout(f, 50));')
        self.assertEqual(self.kernel.ok("alive").text, "1")


class Queue(KernelCase):
    def test_an_error_aborts_the_cells_sent_after_it(self) -> None:
        # It takes a moment, in which those after it arrive.
        fails = 'await new Promise((f) => setTimeout(f, 1000));\nthrow new Error("stop")'
        requests = [self.kernel.send(cell) for cell in (fails, "1", "2")]
        outcomes = [self.kernel.finish(request) for request in requests]
        self.assertEqual([o.status for o in outcomes][0], "error")
        for outcome in outcomes[1:]:
            # jupyter_client's schema refuses status "aborted"; ipykernel and we send "error".
            self.assertIn(outcome.status, ("aborted", "error"))
            self.assertEqual(outcome.result, {})
        self.assertEqual(self.kernel.ok("3").text, "3")

    def test_without_stop_on_error_the_rest_runs(self) -> None:
        first = self.kernel.send('throw new Error("go on")', stop_on_error=False)
        second = self.kernel.send("4")
        self.assertEqual(self.kernel.finish(first).status, "error")
        self.assertEqual(self.kernel.finish(second).text, "4")

    def test_cells_run_in_the_order_they_were_sent(self) -> None:
        self.kernel.ok("const order: number[] = [];")
        requests = [self.kernel.send(f"order.push({i});") for i in range(50)]
        for request in requests:
            self.assertEqual(self.kernel.finish(request).status, "ok")
        self.assertEqual(self.kernel.ok("order.every((x, i) => x === i) && order.length").text, "50")
