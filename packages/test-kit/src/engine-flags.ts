const engine = process.env.SPILLWAY_TEST_ENGINE;

/** The engine that the environment wants tested (SPILLWAY_TEST_ENGINE=lean), before the flags of the test itself. */
export const engineFlags: readonly string[] = engine === undefined ? [] : ['--engine', engine];
