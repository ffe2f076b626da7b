/** What came before the proxy could act on it. */
export const earlySignals = { hangup: false };

/**
 * Before the rest is loaded: without a listener Node opens its debugger at SIGUSR1, and ends at the others. A reload
 * that is asked for during the start is made up for; other commands end with their terminal.
 */
export function bearEarlySignals(argv: readonly string[]): void {
  process.on('SIGUSR1', () => {}).on('SIGUSR2', () => {});
  const [command = 'start'] = argv;
  if (command !== 'start' && !command.startsWith('-')) return;
  process.on('SIGHUP', () => {
    earlySignals.hangup = true;
  });
}
