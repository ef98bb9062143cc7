/**
 * Loaded before the tests (.mocharc.json): property tests try the same cases each time, so that one
 * that fails fails again. `HYPATIA_RANDOM_SEED=7` tries others.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.HYPATIA_RANDOM_SEED ?? 20) });
