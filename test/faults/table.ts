/** Every fault, in the order in which they are made to happen. */
import { clientFaults } from "./clients.js";
import { diskFaults } from "./disk.js";
import { engineFaults } from "./engine.js";
import type { Fault } from "./fault.js";
import { interruptFaults } from "./interrupts.js";

export const faults: readonly Fault[] = [
  ...engineFaults,
  ...interruptFaults,
  ...diskFaults,
  ...clientFaults,
];
