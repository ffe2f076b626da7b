import { optionsMarkdown } from '@spillway/options';
import { proxyOptions } from '../src/config/proxy-options.ts';
import { fileSchema } from './file-schema.ts';
import { metricsMarkdown } from './metrics-markdown.ts';
import { withOptionPlaces } from './option-places.ts';

const configuration = new URL('../../../docs/configuration.md', import.meta.url);

const whereOptionsStand = `Where the file describes several services ([configuration.md](configuration.md)), *Where* says in which part of it an option may
stand: \`top\`, only at the top, as it holds for the whole process; \`service\`, also in a service; \`route\`, also in a service and in a
route. What stands further out is the default of what stands further in.`;

/** Files of docs/ that derive from the tables of options and metrics; a test fails when one is stale. */
export const generatedDocs: readonly { readonly url: URL; readonly text: string }[] = [
  {
    url: new URL('../../../docs/options.md', import.meta.url),
    text: optionsMarkdown(proxyOptions, 'Options of the proxy', whereOptionsStand),
  },
  { url: configuration, text: withOptionPlaces(configuration) },
  { url: new URL('../../../docs/metrics.md', import.meta.url), text: metricsMarkdown() },
  {
    url: new URL('../../../docs/proxy_config.schema.json', import.meta.url),
    text: `${JSON.stringify(fileSchema, null, 2)}\n`,
  },
];
