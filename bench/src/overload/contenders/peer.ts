import { CannotRun } from '../../benchmark.ts';
import type { Contender } from './contender.ts';

/**
 * A contender from the command line, `name=command`: run by a shell, with `{port}` where it has to listen, `{upstream}` for the port of the
 * backend and `{folder}` for one of its own. Throws CannotRun.
 */
export function peerOf(text: string): Contender {
  const [, name = '', command = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === '') throw new CannotRun(`--peer ${text}: expected name=command`);
  if (!command.includes('{port}') && !command.includes('{folder}')) {
    throw new CannotRun(`--peer ${name}: the command has no {port} to listen on`);
  }
  return {
    name,
    what: command,
    needs: [],
    command: ({ upstreamPort, port, folder }) => {
      const filled = command
        .replaceAll('{port}', String(port))
        .replaceAll('{upstream}', String(upstreamPort))
        .replaceAll('{folder}', folder);
      return ['sh', '-c', `exec ${filled}`];
    },
  };
}
