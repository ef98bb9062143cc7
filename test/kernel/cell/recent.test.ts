import { expect } from "chai";
import { createRecentCells } from "../../../kernel/cell/recent.js";

/** `id` and the names that it declares: `b: x y`. Each takes 100 bytes. */
const add = (recent: ReturnType<typeof createRecentCells>, text: string): string[] => {
  const [id = "", names = ""] = text.split(": ");
  const cell = {
    id,
    count: 1,
    source: "s".repeat(60),
    js: "j".repeat(40),
    map: [],
    names: names === "" ? [] : names.split(" "),
  };
  return recent.add(cell).map((dropped) => dropped.id);
};

describe("cell/recent", () => {
  const table: readonly [string, readonly string[], readonly string[]][] = [
    ["those that define nothing: the latest", ["a", "b", "c", "d"], ["b", "c", "d"]],
    ["those that names lead to stay", ["a: x", "b", "c", "d", "e"], ["a", "c", "d", "e"]],
    [
      "until all their names are declared again",
      ["a: x y", "b: x", "c: y", "d", "e", "f"],
      ["b", "c", "d", "e", "f"],
    ],
    ["definitions have no limit", ["a: v", "b: w", "c: x", "d: y"], ["a", "b", "c", "d"]],
    ["declared again and again", ["a: x", "b: x", "c: x", "d: x", "e: x"], ["b", "c", "d", "e"]],
  ];
  for (const [name, cells, kept] of table) {
    it(`${name}: ${cells.join(", ")}`, () => {
      const recent = createRecentCells(300);
      const dropped = cells.flatMap((cell) => add(recent, cell));
      expect([...recent.cells.keys()]).to.deep.equal(kept);
      const all = cells.map((cell) => cell.split(":")[0]);
      expect([...dropped, ...kept].sort()).to.deep.equal(all);
    });
  }
  it("a cell that is larger than the limit is kept while it is the last", () => {
    const recent = createRecentCells(50);
    add(recent, "a");
    expect([...recent.cells.keys()]).to.deep.equal(["a"]);
    expect(add(recent, "b")).to.deep.equal(["a"]);
  });
});
