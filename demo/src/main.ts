import { parseArgs } from 'node:util';
import { runDemo } from './run-demo.ts';

const usage = `Usage: demo [options]

A backend that takes eight calls at a time, Spillway in front of it, load in
waves, and the monitor: calm, overload, outage, recovery. It takes two and a
half minutes and starts over until you press q.

  --rounds <n>   end after so many rounds; without a terminal: 1
  --speed <n>    everything so many times as fast
  --from-source  run the apps unbuilt, for their developers
  -h, --help     show this help
`;

/** Null, with the reason on standard error, when they cannot be used. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: 'string' },
        speed: { type: 'string', default: '1' },
        'from-source': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const speed = Number(values.speed);
    const rounds = values.rounds === undefined ? null : Number(values.rounds);
    if (!(speed >= 0.1 && speed <= 20)) throw new Error('--speed must be a number from 0.1 to 20');
    if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0)) {
      throw new Error('--rounds must be a whole number of at least 1');
    }
    return { rounds, speed, fromSource: values['from-source'], help: values.help };
  } catch (error) {
    process.stderr.write(`demo: ${(error as Error).message}\n`);
    return null;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 2;
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const stop = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  let code = 0;
  for (const [signal, signalCode] of Object.entries(codes)) {
    process.on(signal, () => {
      code = signalCode;
      stop.abort();
    });
  }
  const rounds = options.rounds ?? (process.stdout.isTTY ? null : 1);
  try {
    await runDemo(
      { ...options, rounds },
      { signal: stop.signal, print: (text) => process.stdout.write(`${text}\n`) },
    );
  } catch (error) {
    process.stderr.write(`demo: ${(error as Error).message}\n`);
    return 1;
  }
  return code;
}

process.exitCode = await main();
