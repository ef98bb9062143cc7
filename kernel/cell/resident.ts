/**
 * The process that service.ts talks to when there is a snapshot (snapshot.ts): its heap begins with
 * a language that has read and checked all declarations. Importing this module is what the snapshot
 * is made of; only a snapshot's builder may do it.
 */
import { startupSnapshot } from "node:v8";
import { answer, type ServiceRequest } from "./calls.js";
import { createLanguage } from "./language.js";
import { defaultPrelude } from "./prelude.js";

/** Makes V8 compile, and the checker resolve, what first cells need. */
const typical = [
  "1 + 1",
  `const a = ones([2, 3]), x = matrix("x");\nconst f = compile([x], grad(sum(tanh(x) ** 2), x));`,
  "for (let i = 0; i < 3; i++) console.log(`${i}`, Math.max(i, 1));\n2 * f(a) - a",
  `import { readFileSync } from "node:fs";\nawait fetch("");\nsetTimeout(() => {}, 1)`,
];

const language = createLanguage({ cwd: "/", prelude: defaultPrelude() });
typical.forEach((source, count) => {
  const result = language.compile(source, { id: `typical-${count}`, count });
  if (result.ok) return;
  const messages = result.diagnostics.map(({ message }) => message);
  throw new Error(`internal: a typical cell fails the check: ${messages.join("; ")}`);
});
// No completion: it sorts with ICU's collator, which V8 cannot write to a snapshot.
language.inspect("ones", 2, 0);
language.reset();

startupSnapshot.setDeserializeMainFunction(() => {
  language.moveTo(process.cwd());
  process.on("SIGINT", () => {}); // A terminal's Ctrl-C is the front's to understand.
  process.on("disconnect", () => process.exit());
  process.on("message", (request: ServiceRequest) => {
    process.send?.(answer(language, request));
  });
});
