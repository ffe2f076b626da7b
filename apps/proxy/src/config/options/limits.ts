import { choice, option, optional, size } from '@spillway/options';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What a request may be, and what reads it. */
export const limitsOptions = {
  maxHeaderSizeBytes: option({
    flag: '--max-header-size',
    kind: size({ minBytes: KiB, maxBytes: 64 * MiB }),
    default: 16 * KiB,
    group: 'Limits',
    description: 'Largest head of a request (beyond that 431) or of a response (502)',
  }),
  maxBodySizeBytes: option({
    flag: '--max-body-size',
    scope: 'request',
    kind: optional(size()),
    default: null,
    group: 'Limits',
    description: 'Largest request body accepted; beyond that 413',
  }),
  engine: option({
    flag: '--engine',
    kind: choice(['lean', 'node']),
    default: 'lean',
    group: 'Limits',
    description:
      'What speaks HTTP/1.1: lean, made for this proxy, at about half the CPU time a request; or node, by the libraries node:http and undici',
  }),
};
