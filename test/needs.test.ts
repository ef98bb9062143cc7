import { expect } from "chai";
import Mocha from "mocha";
import { findCommand, need, reasonOf, skip } from "./needs.js";

/** Runs one test body in a Mocha of its own; returns the test and its end. */
function outcome(body: Mocha.Func, before: Mocha.Func = () => {}): Promise<Mocha.Test> {
  const suite = Mocha.Suite.create(new Mocha().suite, "inner");
  const test = new Mocha.Test("one", body);
  suite.beforeAll(before);
  suite.addTest(test);
  return new Promise((resolve) => {
    new Mocha.Runner(suite.parent ?? suite, {}).run(() => resolve(test));
  });
}

describe("needs", () => {
  it("skips a test with its reason", async () => {
    const test = await outcome(function () {
      skip(this, "no moon");
    });
    expect([test.isPending(), reasonOf(test)]).to.deep.equal([true, "no moon"]);
  });

  it("skips a suite from its hook, and names the reason at each test", async () => {
    const test = await outcome(
      () => {},
      function () {
        skip(this, "no sun");
      },
    );
    expect([test.isPending(), reasonOf(test)]).to.deep.equal([true, "no sun"]);
  });

  it("lets a test run that needs nothing", async () => {
    const test = await outcome(function () {
      need(this);
    });
    expect([test.state, reasonOf(test)]).to.deep.equal(["passed", null]);
  });

  it("finds commands on PATH only", () => {
    expect(findCommand("no-such-command", "node")).to.match(/\/node$/);
    expect(findCommand("no-such-command")).to.equal(null);
  });
});
