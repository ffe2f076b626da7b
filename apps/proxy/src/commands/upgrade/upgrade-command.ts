import type { AddCommand } from '../command.ts';
import type { UpgradeSettings } from './upgrade.ts';

export const addUpgrade: AddCommand = (program, surroundings, end) => {
  program
    .command('upgrade')
    .description('let a new process take over from the one that serves, without a lost request')
    .option('--pid-file <file>', 'where that one says its process id (default: as configured here)')
    .action(async (settings: UpgradeSettings) => {
      const { runUpgrade } = await import('./upgrade.ts');
      end(await runUpgrade(settings, surroundings));
    });
};
