import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientOrder, VisitLine } from './client/open-client.ts';

const main = fileURLToPath(new URL('./client/open-client.ts', import.meta.url));

/** Runs the clients in a process of their own; `started` is called once it sends. */
export async function runClient(
  order: ClientOrder,
  folder: string,
  wrap: (command: string[]) => string[],
): Promise<VisitLine[]> {
  const file = join(folder, 'client.json');
  writeFileSync(file, JSON.stringify(order));
  const command = wrap([process.execPath, '--conditions=@spillway/source', main, file]);
  const child = spawn(command[0] as string, command.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the clients ended with ${code}`);
  const text = Buffer.concat(pieces).toString().trim();
  return text.split('\n').map((line) => JSON.parse(line) as VisitLine);
}
