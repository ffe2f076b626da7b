// No cursor was shown, no line wrapped, on another screen: what a monitor that is killed cannot take back itself.
const leaveScreen = '\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

/** The screen that the monitor had. How keys are read Node restores itself, when the demo ends. */
export function restoreTerminal(): void {
  if (process.stdout.isTTY) process.stdout.write(leaveScreen);
}
