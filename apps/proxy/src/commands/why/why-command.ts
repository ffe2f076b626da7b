import type { AddCommand } from '../command.ts';
import type { WhySettings } from './why.ts';

export const addWhy: AddCommand = (program, surroundings, end) => {
  program
    .command('why')
    .description('tell what happened to a request, or list the latest that failed')
    .argument('[request-id]', 'as X-Request-Id, the log and problem documents have it')
    .option('--url <url>', 'where the proxy listens (default: as configured here)')
    .option('--config <file>', 'file that says where (default: proxy_config.json here, if there)')
    .option('--admin-token <token>', 'the token that it asks for (default: as configured here)')
    .option('--admin-token-file <file>', 'file with that token')
    .option('--all', 'list all requests that are kept, not only failed ones')
    .option('--limit <n>', 'list so many at most')
    .option('--outcome <name>', 'list only those that ended so')
    .option('--service <name>', 'list only those that went to this service')
    .option('--json', 'answer as JSON')
    .action(async (id: string | undefined, settings: WhySettings) => {
      const { runWhy } = await import('./why.ts');
      end(await runWhy(id, settings, surroundings));
    });
};
