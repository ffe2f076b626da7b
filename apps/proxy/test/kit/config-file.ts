import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';

/** A file for `--config`, gone after the test; for what no flag can say, as services and routes. */
export function configFile(content: object): string {
  const file = join(temporaryDirectory(), 'proxy_config.json');
  writeFileSync(file, JSON.stringify(content, null, 2));
  return file;
}
