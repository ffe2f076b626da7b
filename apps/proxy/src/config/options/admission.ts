import {
  choice,
  duration,
  integer,
  list,
  option,
  optional,
  orWord,
  sameAs,
  size,
} from '@spillway/options';
import { freeHeaderName } from '../free-header-name.ts';
import { originForm } from '../origin-form.ts';

const timeout = duration({ minMs: 1 });
const KiB = 1024;
const MiB = 1024 * KiB;
/** As many as there are ports for connections to one upstream. */
const most = 65_535;

/** How much the upstream gets at once, and who waits. */
export const admissionOptions = {
  maxConcurrentRequests: option({
    flag: '--max-concurrent-requests',
    scope: 'service',
    kind: orWord(integer({ min: 1, max: most }), 'auto'),
    default: 50,
    group: 'Admission',
    description: 'Requests at the upstream at once; auto finds out how many it takes',
  }),
  autoMin: option({
    flag: '--auto-min',
    scope: 'service',
    kind: integer({ min: 1, max: most }),
    default: 1,
    group: 'Admission',
    description: 'Least that auto goes down to',
  }),
  autoMax: option({
    flag: '--auto-max',
    scope: 'service',
    kind: integer({ min: 1, max: most }),
    default: sameAs('poolMaxsize'),
    group: 'Admission',
    description: 'Most that auto goes up to',
  }),
  autoAlgorithm: option({
    flag: '--auto-algorithm',
    scope: 'service',
    kind: choice(['paced', 'slots', 'aimd', 'gradient']),
    default: 'paced',
    group: 'Admission',
    description:
      'How auto finds out: slots for few and long calls, aimd for many and short ones, paced takes the one that fits; gradient is for responses that all take about as long',
  }),
  capacityHeader: option({
    flag: '--capacity-header',
    scope: 'service',
    kind: optional(freeHeaderName()),
    default: null,
    group: 'Admission',
    description:
      'Field of answers in which an upstream states how many requests it takes; the limit goes no higher',
    example: 'x-max-concurrency',
  }),
  capacityPath: option({
    flag: '--capacity-path',
    scope: 'service',
    kind: optional(originForm()),
    default: null,
    group: 'Admission',
    description: 'Path of the upstreams whose JSON states it as max_concurrency; read every 10 s',
    example: '/health',
  }),
  maxQueueSize: option({
    flag: '--max-queue-size',
    scope: 'service',
    kind: integer({ min: 0 }),
    default: 100,
    group: 'Admission',
    description: 'Requests waiting at once; beyond that they are refused with 503',
  }),
  queueTimeoutMs: option({
    flag: '--queue-timeout',
    scope: 'request',
    kind: timeout,
    default: 30_000,
    group: 'Admission',
    description: 'Longest wait in the queue',
  }),
  queueOrder: option({
    flag: '--queue-order',
    scope: 'service',
    kind: choice(['adaptive', 'fifo', 'lifo']),
    default: 'adaptive',
    group: 'Admission',
    description: 'Who goes first; adaptive is fifo, and lifo with short waits while overloaded',
  }),
  patienceHeaders: option({
    flag: '--patience-header',
    scope: 'request',
    kind: list(freeHeaderName()),
    default: ['request-timeout', 'x-request-timeout', 'grpc-timeout'],
    group: 'Admission',
    description: 'Fields in which clients say how long they wait; several may be given',
  }),
  deadlineHeader: option({
    flag: '--deadline-header',
    scope: 'request',
    kind: optional(freeHeaderName()),
    default: 'x-request-timeout',
    group: 'Admission',
    description: 'Field that tells the upstream the seconds left, where a request has a deadline',
  }),
  abandoned: option({
    flag: '--abandoned',
    scope: 'service',
    kind: choice(['hold', 'release']),
    default: 'hold',
    group: 'Admission',
    description:
      'Permit of a client that left: held while the upstream is thought to work on, or not',
  }),
  responseBufferBytes: option({
    flag: '--response-buffer',
    scope: 'request',
    kind: size(),
    default: 256 * KiB,
    group: 'Admission',
    description: 'Of an answer, held for a client that reads slowly, so that the upstream is done',
  }),
  responseBufferTotalBytes: option({
    flag: '--response-buffer-total',
    kind: size(),
    default: 64 * MiB,
    group: 'Admission',
    description: 'Memory for held answers, over all requests',
  }),
};
