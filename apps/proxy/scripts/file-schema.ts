import { type JsonSchema, jsonSchema, partSchema } from '@spillway/options';
import { host, origin, socketMode } from '../src/config/network-kinds.ts';
import { proxyOptions } from '../src/config/proxy-options.ts';
import type { listenerKeys } from '../src/config/read-listeners.ts';
import { routePart } from '../src/config/read-routes.ts';
import { serviceName, servicePart } from '../src/config/read-services.ts';
import { targetLimitBounds, weightBounds } from '../src/config/read-target.ts';

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  ...{ description, type: 'string' },
  ...more,
});
/** An array, or its only item without brackets. */
const oneOrMore = (items: JsonSchema): JsonSchema => ({
  anyOf: [items, { type: 'array', items, minItems: 1 }],
});
const object = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
  additionalProperties: false,
});
const values = { type: 'object', additionalProperties: { type: 'string', minLength: 1 } } as const;

const url = text(`Must be ${origin().allowed}.`, { pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' });
const target: JsonSchema = {
  anyOf: [
    url,
    object(
      {
        url,
        weight: {
          description: "Its share of the requests beside the other targets' weights.",
          ...{ type: 'number', minimum: weightBounds.min, maximum: weightBounds.max, default: 1 },
        },
        max_concurrent_requests: {
          description: 'The most requests it gets concurrently, within the limit of the service.',
          ...{ type: 'number', minimum: targetLimitBounds.min, maximum: targetLimitBounds.max },
        },
      },
      ['url'],
    ),
  ],
};

const serviceSections: Record<(typeof servicePart.sections)[number], JsonSchema> = {
  targets: { description: 'The addresses of the service.', ...oneOrMore(target) },
};

const edits = (what: string): JsonSchema => ({
  description: `Changes to the fields of ${what}: removed first, then set, then added.`,
  ...object({
    remove: oneOrMore({ type: 'string', minLength: 1 }),
    set: values,
    add: values,
  }),
});

const routeSections: Record<(typeof routePart.sections)[number], JsonSchema> = {
  host: text('Takes requests for this host: api.example.com, *.example.com or [2001:db8::1].'),
  path: text('Takes requests of which the path begins so, up to the end of a segment.', {
    pattern: '^/',
  }),
  methods: {
    description: 'Takes requests with one of these methods.',
    ...oneOrMore({ type: 'string', minLength: 1 }),
  },
  headers: {
    description: 'Takes requests with these fields: a value, or true for any and false for none.',
    ...{ type: 'object', additionalProperties: { type: ['string', 'boolean'] } },
  },
  service: text('The service that gets the requests; may be left out where there is only one.'),
  priority_class: text('The class of the requests, whatever the client says.'),
  strip_prefix: text('Taken from the front of the path.', { pattern: '^/' }),
  add_prefix: text('Put in front of the path, after stripping.', { pattern: '^/' }),
  request_headers: edits('requests'),
  response_headers: edits('responses of targets'),
};

const service = partSchema(proxyOptions, servicePart, serviceSections);

const listener: JsonSchema = {
  ...object({
    host: text(`Must be ${host().allowed}; left out: that of --host.`),
    port: {
      description: 'Port to listen on; 0 takes any free one.',
      ...{ type: 'integer', minimum: 0, maximum: 65_535 },
    },
    unix_socket: text('Path of a Unix socket, instead of host and port.'),
    unix_socket_mode: text(`Must be ${socketMode().allowed}.`, { pattern: '^0?[0-7]{3}$' }),
    tls: {
      description: 'Whether clients speak TLS; left out: they do if there is a certificate.',
      type: 'boolean',
    },
    proxy_protocol: {
      description: 'Connections begin with a header of the PROXY protocol.',
      type: 'boolean',
    },
  } satisfies Record<(typeof listenerKeys)[number], JsonSchema>),
  anyOf: [{ required: ['port'] }, { required: ['unix_socket'] }],
};

/** What proxy_config.json may hold. */
export const fileSchema = jsonSchema(proxyOptions, 'proxy_config.json', {
  services: {
    description: 'Guarded backends by name, each with its own targets, limit and queue.',
    type: 'object',
    minProperties: 1,
    propertyNames: { pattern: serviceName.source },
    additionalProperties: { ...service, required: ['targets'] },
  },
  routes: {
    description: 'Which requests go to which service.',
    type: 'array',
    items: partSchema(proxyOptions, routePart, routeSections),
  },
  listen: {
    description: 'Where clients connect, instead of port and unix_socket.',
    ...oneOrMore(listener),
  },
} satisfies Record<'services' | 'routes' | 'listen', JsonSchema>);
