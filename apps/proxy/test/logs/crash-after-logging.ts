// Logs so many lines and crashes before any of them can have been written.
import { openLogger } from '../../src/observe/logger.ts';
import { configFromFlags } from '../kit/config-from-flags.ts';

const { log } = await openLogger(configFromFlags({}));
setImmediate(() => {
  for (let n = 0; n < Number(process.argv[2]); n++) log.info({ n });
  throw new Error('a mistake');
});
