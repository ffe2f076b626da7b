import { randomBytes } from 'node:crypto';
import type { Client } from '../front/client.ts';

const wellFormed = /^[\w.:+/=@-]{1,128}$/;
const prefix = randomBytes(6).toString('hex');
let made = 0;

/** The client's X-Request-Id when it is well-formed, else a new one, unique to this process's life. */
export function requestIdOf(client: Client): string {
  const given = client.field('x-request-id');
  if (given !== undefined && wellFormed.test(given)) return given;
  made += 1;
  return `${prefix}-${made.toString(36)}`;
}
