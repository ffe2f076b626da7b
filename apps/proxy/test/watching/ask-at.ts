import { type Asking, bytesOfRequest } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';
import type { RawResponse } from '../kit/raw-message.ts';

/** The answer to one request at a port of loopback, on a connection of its own. */
export async function askAt(port: number, asking: Asking): Promise<RawResponse> {
  const client = await RawClient.connect(port);
  await client.send(bytesOfRequest(asking));
  const response = await client.readResponse(asking.method);
  client.destroy();
  return response;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
