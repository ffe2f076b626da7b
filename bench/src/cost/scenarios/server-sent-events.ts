import { startClients } from '../clients/start-clients.ts';
import type { Scenario } from '../scenario.ts';

const streams = 1000;

export const serverSentEvents: Scenario = {
  name: 'sse',
  what: '1,000 streams of server-sent events, five a second each',
  unit: 'event',
  connections: streams,
  check: null,
  start: (port, pins) => startClients('events', streams, port, pins),
};
