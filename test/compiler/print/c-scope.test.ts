import { expect } from "chai";
import { Prelude } from "../../../compiler/print/c-prelude.js";
import { Scopes } from "../../../compiler/print/c-scope.js";
import { type DType, dtypes } from "../../../lang/dtype.js";

describe("names in C", () => {
  it("are never those of types, which casts would then call", () => {
    const prelude = new Prelude();
    const types = Object.keys(dtypes).map((dtype) => prelude.scalar(dtype as DType));
    for (const letter of ["i", "u", "f"]) {
      const scopes = new Scopes();
      const names = Array.from({ length: 100 }, () => scopes.name(letter));
      expect(names.filter((name) => types.includes(name))).to.deep.equal([]);
      expect(new Set(names)).to.have.property("size", names.length);
    }
  });
});
