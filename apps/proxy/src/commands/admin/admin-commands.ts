import type { AddCommand } from '../command.ts';
import type { ControlSettings } from './control.ts';

/** Changes of a proxy that runs: `reload`, `pause`, `resume`, `drain`, `undrain`, and `status`. */
export const addAdmin: AddCommand = (program, surroundings, end) => {
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--url <url>', 'where the proxy listens (default: as configured here)')
      .option('--admin-token <token>', 'the token that it asks for (default: as configured here)')
      .option('--admin-token-file <file>', 'file with that token')
      .option('--json', 'answer as JSON');

  command('reload', 'let a running proxy read its configuration again').action(async (settings) => {
    const { runReload } = await import('./reload.ts');
    end(await runReload(settings, surroundings));
  });

  command('status', 'show the services of a running proxy').action(async (settings) => {
    const { runStatus } = await import('./status.ts');
    end(await runStatus(settings, surroundings));
  });

  const controls = [
    ['pause', 'let the requests of a service wait, as far as its queue has room'],
    ['resume', 'serve those who wait, in their order'],
    ['drain', 'give a service, or one of its targets, no new requests'],
    ['undrain', 'give it requests again'],
  ] as const;
  for (const [action, description] of controls) {
    const one = command(action, description).option(
      '--service <name>',
      'which one (default: the only one)',
    );
    if (action.endsWith('drain')) one.option('--target <url>', 'only this target of it');
    one.action(async (settings: ControlSettings) => {
      const { runControl } = await import('./control.ts');
      end(await runControl(action, settings, surroundings));
    });
  }
};
