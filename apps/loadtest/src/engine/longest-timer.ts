/** ms; Node's timers take a signed 32-bit number, and fire at once beyond. */
export const longestTimerMs = 2 ** 31 - 1;
