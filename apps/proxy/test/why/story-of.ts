import { type RequestStory, requestStorySchema } from '@spillway/contracts';
import { bytesOfRequest } from '../admission/ask.ts';
import type { RawResponse } from '../kit/raw-message.ts';
import type { TestGateway } from '../kit/test-gateway.ts';

/** GET of one of the proxy's own paths, on a connection of its own. */
export async function getOwn(
  proxy: TestGateway,
  path: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<RawResponse> {
  const client = await proxy.connect();
  await client.send(bytesOfRequest({ path, fields }));
  const response = await client.readResponse();
  client.destroy();
  return response;
}

export const jsonOf = ({ body }: RawResponse): unknown => JSON.parse(body.toString());

/** The story of that request, by the contract. */
export async function storyOf(proxy: TestGateway, id: string): Promise<RequestStory> {
  const response = await getOwn(proxy, `/proxy-why/${encodeURIComponent(id)}`);
  if (response.status !== 200) throw new Error(`${response.status} ${response.body}`);
  return requestStorySchema.parse(jsonOf(response));
}

/** The story of the next request that ends. */
export async function nextStory(proxy: TestGateway): Promise<RequestStory> {
  const { id } = await proxy.finished();
  return storyOf(proxy, id);
}

/** What it tells, durations put as `T` and the upstream's address as `U`: neither is the test's. */
export const toldOf = ({ told }: Pick<RequestStory, 'told'>): string[] =>
  told.map((sentence) =>
    sentence
      .replace(/\b\d+(\.\d+)? (µs|ms|s)\b/g, 'T')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'U')
      .replace(/127\.0\.0\.1:\d+/g, 'U'),
  );
