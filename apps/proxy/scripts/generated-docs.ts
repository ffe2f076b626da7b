import { jsonSchema, optionsMarkdown } from '@spillway/options';
import { proxyOptions } from '../src/cli/proxy-options.ts';
import { metricsMarkdown } from './metrics-markdown.ts';

/** Files of docs/ that derive from the tables of options and metrics; a test fails when one is stale. */
export const generatedDocs: readonly { readonly url: URL; readonly text: string }[] = [
  {
    url: new URL('../../../docs/options.md', import.meta.url),
    text: optionsMarkdown(proxyOptions, 'Options of the proxy'),
  },
  { url: new URL('../../../docs/metrics.md', import.meta.url), text: metricsMarkdown() },
  {
    url: new URL('../../../docs/proxy_config.schema.json', import.meta.url),
    text: `${JSON.stringify(jsonSchema(proxyOptions, 'proxy_config.json'), null, 2)}\n`,
  },
];
