import { startClients } from '../clients/start-clients.ts';
import type { Scenario } from '../scenario.ts';

const connections = 50;

export const webSocket: Scenario = {
  name: 'websocket',
  what: '50 WebSockets, a message of 64 bytes there and back',
  unit: 'message',
  connections,
  check: null,
  // Their handlers pass on requests and nothing else.
  without: ['bare', 'bare-dispatch', 'fast-proxy', 'http-proxy-3'],
  start: (port, pins) => startClients('messages', connections, port, pins),
};
