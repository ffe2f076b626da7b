import type { Scenario } from '../scenario.ts';
import { connectionARequest } from './connection-a-request.ts';
import { down1M } from './down-1m.ts';
import { down64K } from './down-64k.ts';
import { get } from './get.ts';
import { mostlyIdle } from './mostly-idle.ts';
import { post4K } from './post-4k.ts';
import { serverSentEvents } from './server-sent-events.ts';
import { up1M } from './up-1m.ts';
import { webSocket } from './web-socket.ts';

/** Every kind of load, in the order of measuring; a new one is a file and a line here. */
export const scenarios: readonly Scenario[] = [
  get,
  post4K,
  down64K,
  down1M,
  up1M,
  mostlyIdle,
  connectionARequest,
  serverSentEvents,
  webSocket,
];
