/** Writes the op table as JSON to stdout, for test/ops/record.py. */
import { digest, recipe, table } from "./table.js";

const cases = Object.values(table).flat();
process.stdout.write(JSON.stringify(cases.map((each) => [each.name, digest(each), recipe(each)])));
