/** What clients are told at once, and what waits for more of the same. */
import { mock } from "node:test";
import { expect } from "chai";
import { createPublisher } from "../../../kernel/front/publisher.js";

describe("publisher", () => {
  const cell = Buffer.from('{"msg_id":"cell"}');
  let sent: unknown[];
  const create = () => createPublisher(({ type, content }) => sent.push([type, content]));
  const stdout = (text: string) => ["stream", { name: "stdout", text }];

  beforeEach(() => {
    sent = [];
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => mock.timers.reset());

  it("sends what a loop prints ten times a second: nbclient keeps each message as an output", () => {
    const publisher = create();
    for (let step = 0; step < 30; step++) {
      publisher.stream("stdout", `${step}\n`, cell);
      mock.timers.tick(10);
    }
    const tens = [0, 10, 20].map((from) =>
      Array.from({ length: 10 }, (_, i) => `${from + i}\n`).join(""),
    );
    expect(sent).to.deep.equal(tens.map(stdout));
  });

  it("keeps the order of what is printed and everything else", () => {
    const publisher = create();
    publisher.stream("stdout", "a", cell);
    publisher.stream("stderr", "b", cell);
    publisher.publish({ type: "status", content: {}, parent: cell });
    publisher.stream("stdout", "c", cell);
    publisher.stream("stdout", "d", Buffer.from("{}"));
    publisher.flush();
    const stderr = ["stream", { name: "stderr", text: "b" }];
    expect(sent).to.deep.equal([stdout("a"), stderr, ["status", {}], stdout("c"), stdout("d")]);
  });
});
