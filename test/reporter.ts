/**
 * Mocha's reporter for `npm test`: one line per top-level suite, failures in full, skipped tests
 * by name with the reason. Each test is also appended to a record as it starts and ends; the
 * command reads its counts from there, so a crash of the process loses none.
 */
import { appendFileSync } from "node:fs";
import Mocha from "mocha";
import { reasonOf } from "./needs.js";

const events = Mocha.Runner.constants;

/** Nothing that a test leaves open may keep the process for longer after the last test. */
const PATIENCE_MS = 20_000;

type State = "started" | "passed" | "failed" | "skipped" | "ended";

export default class Reporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { record }: { record?: string } = options.reporterOptions ?? {};
    const note = (state: State, title: string, error?: string) => {
      if (record === undefined) return;
      appendFileSync(record, `${JSON.stringify({ state, title, error })}\n`);
    };
    const skipped: Mocha.Test[] = [];
    const colour = Mocha.reporters.Base.color;
    let counts = { passed: 0, failed: 0, skipped: 0 };
    let began = 0;

    runner.on(events.EVENT_SUITE_BEGIN, (suite) => {
      if (!isTop(suite)) return;
      counts = { passed: 0, failed: 0, skipped: 0 };
      began = performance.now();
    });
    runner.on(events.EVENT_TEST_BEGIN, (test) => note("started", test.fullTitle()));
    runner.on(events.EVENT_TEST_PASS, (test) => {
      counts.passed += 1;
      note("passed", test.fullTitle());
    });
    runner.on(events.EVENT_TEST_PENDING, (test) => {
      counts.skipped += 1;
      skipped.push(test);
      note("skipped", test.fullTitle());
    });
    runner.on(events.EVENT_TEST_FAIL, (test, error) => {
      counts.failed += 1;
      note("failed", test.fullTitle(), error.stack ?? String(error));
      console.log(colour("fail", `  failed: ${test.fullTitle()}`));
    });
    runner.on(events.EVENT_SUITE_END, (suite) => {
      if (!isTop(suite)) return;
      const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
      const parts = Object.entries(counts).filter(([, count]) => count > 0);
      const said = parts.map(([state, count]) => `${count} ${state}`).join(", ");
      const mark = counts.failed > 0 ? colour("fail", "✗") : colour("green", "✓");
      console.log(`${mark} ${seconds} s  ${suite.title}: ${said}`);
    });
    runner.on(events.EVENT_RUN_END, () => {
      if (skipped.length > 0) console.log(`\n${skipped.length} skipped:`);
      for (const test of skipped) {
        console.log(`  ${test.fullTitle()} (${reasonOf(test) ?? "no reason given"})`);
      }
      if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
      note("ended", "");
      setTimeout(endAnyway, PATIENCE_MS).unref();
    });
  }
}

function endAnyway(): void {
  const open = [...new Set(process.getActiveResourcesInfo())].join(", ");
  console.error(`\nSomething is still open after the last test: ${open}`);
  process.exit(); // with what mocha made of the tests
}

/** A suite that a file declares at its top level. */
function isTop(suite: Mocha.Suite): boolean {
  return suite.parent?.root === true;
}
