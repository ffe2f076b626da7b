import type { Visitor } from './visitor.ts';

/** A thing that clients do; of `weight` among the weights of all. */
export interface Visit {
  readonly name: string;
  readonly weight: number;
  pay(visitor: Visitor): Promise<void>;
}

const upgrade = { Connection: 'Upgrade', Upgrade: 'echo' };
const webSocket = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': 13,
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
/** The text "hi" from a client, masked with zeros, and as a server sends it. */
const maskedHi = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
const plainHi = Buffer.from([0x81, 0x02, 0x68, 0x69]);

const paths = [
  '/',
  '/bytes/1',
  '/bytes/9000',
  '/bytes/20000?chunked',
  '/echo/path?query=%20',
  '/status/404',
  '/status/204',
  '/early-hints',
  '/trailers?size=500',
  '/events?count=3&interval=1ms',
];

const faults = [
  'fault=reset',
  'fault=reset-body&size=3000',
  'fault=close',
  'fault=close-after',
  'fault=truncated-length&size=3000',
  'fault=truncated-chunked&size=3000',
  'fault=garbage',
  'fault=slow-body&size=400&bytesPerSecond=20000',
  'status=500',
  'status=503',
  'status=503&retryAfter=0',
  'status=429&retryAfter=0',
];

const sizes = [1, 100, 5000, 70_000];
const letters = (size: number): string => 'x'.repeat(size);
const chunked = (text: string): string =>
  `${text.length.toString(16)}\r\n${text}\r\n1\r\ny\r\n0\r\n\r\n`;

const visits: readonly Visit[] = [
  {
    name: 'GET',
    weight: 30,
    pay: async (visitor) => void (await visitor.ask({ path: visitor.pick(paths) })),
  },
  {
    name: 'HEAD',
    weight: 6,
    pay: async (visitor) =>
      void (await visitor.ask({ method: 'HEAD', path: visitor.pick(paths.slice(0, 7)) })),
  },
  {
    name: 'POST',
    weight: 14,
    async pay(visitor) {
      const body = letters(visitor.pick(sizes));
      const response = await visitor.ask({ method: 'POST', path: '/upload', body });
      if (response?.status !== 200) return;
      const { bytes } = JSON.parse(response.body.toString());
      if (bytes !== body.length) throw new Error(`${bytes} of ${body.length} bytes arrived`);
    },
  },
  {
    name: 'POST in chunks',
    weight: 5,
    async pay(visitor) {
      const text = letters(visitor.pick(sizes));
      const fields = { 'Transfer-Encoding': 'chunked' };
      const asking = { method: 'POST', path: '/upload', fields, body: chunked(text) };
      const response = await visitor.ask(asking);
      if (response?.status !== 200) return;
      const { bytes } = JSON.parse(response.body.toString());
      if (bytes !== text.length + 1)
        throw new Error(`${bytes} of ${text.length + 1} bytes arrived`);
    },
  },
  {
    name: 'Connection: close',
    weight: 5,
    pay: async (visitor) => void (await visitor.ask({ fields: { Connection: 'close' } })),
  },
  {
    name: 'Expect: 100-continue',
    weight: 4,
    async pay(visitor) {
      const client = await visitor.client();
      const { id, bytes } = visitor.request({
        method: 'POST',
        path: '/upload',
        fields: { 'Content-Length': 500, Expect: '100-continue' },
      });
      void client.send(bytes);
      if (!(await client.reader.hasMore())) return visitor.leave();
      const go = client.reader.unread.toString('latin1').startsWith('HTTP/1.1 100');
      if (go) void client.send(letters(500));
      await visitor.read(client, id, 'POST');
      if (!go) visitor.leave();
    },
  },
  {
    name: 'an upstream that fails',
    weight: 14,
    async pay(visitor) {
      const path = `/?${visitor.pick(faults)}`;
      const posts = visitor.random() < 0.3;
      await visitor.ask(posts ? { method: 'POST', path, body: letters(200) } : { path });
    },
  },
  {
    name: 'an upstream that hangs',
    weight: 2,
    async pay(visitor) {
      const fault = visitor.pick(['fault=hang', 'fault=hang-body&size=3000']);
      await visitor.ask({ path: `/?${fault}` });
    },
  },
  {
    name: 'requests in a pipeline',
    weight: 2,
    async pay(visitor) {
      const client = await visitor.client();
      const requests = [1, 2, 3].map(() => visitor.request({ path: visitor.pick(paths) }));
      void client.send(requests.map(({ bytes }) => bytes).join(''));
      for (const { id } of requests) {
        if ((await visitor.read(client, id)) !== null && client.reader.ending === 'open') continue;
        // Those behind an answer that broke off are answered nothing.
        break;
      }
    },
  },
  {
    name: 'a tunnel',
    weight: 3,
    async pay(visitor) {
      const client = await visitor.freshClient();
      const { id, bytes } = visitor.request({ fields: upgrade });
      void client.send(bytes);
      const response = await visitor.read(client, id);
      if (response?.status !== 101) return visitor.leave();
      await client.send('some bytes');
      const echoed = await client.reader.exactly(10, 'an echo').catch(() => null);
      if (echoed !== null && visitor.random() < 0.5) {
        client.end();
        await client.reader.toEnd('the end of the tunnel');
      }
      visitor.ledger.saw(id, 'left');
      visitor.vanish();
    },
  },
  {
    name: 'a WebSocket',
    weight: 3,
    async pay(visitor) {
      const client = await visitor.freshClient();
      const { id, bytes } = visitor.request({ fields: webSocket });
      void client.send(bytes);
      const response = await visitor.read(client, id);
      if (response?.status !== 101) return visitor.leave();
      await client.send(maskedHi);
      const echoed = await client.reader.exactly(4, 'an echo');
      if (!echoed.equals(plainHi)) throw new Error(`echo ${echoed.toString('hex')}`);
      visitor.ledger.saw(id, 'left');
      visitor.vanish();
    },
  },
  {
    name: 'leaving within the head',
    weight: 1,
    async pay(visitor) {
      const client = await visitor.freshClient();
      if (visitor.random() < 0.7) await client.send('GET / HTTP/1.1\r\nHo');
      // A reset only: a half head that ends in order is answered with 400, and counted.
      client.reset();
      visitor.leave();
    },
  },
  {
    name: 'leaving after the head',
    weight: 4,
    async pay(visitor) {
      const client = await visitor.freshClient();
      const path = visitor.pick([
        '/',
        '/?fault=hang',
        '/?latency=1h',
        '/?status=503',
        '/bytes/90000',
      ]);
      await client.send(visitor.request({ path }).bytes);
      await visitor.dawdle();
      visitor.vanish();
    },
  },
  {
    name: 'leaving within the body',
    weight: 3,
    async pay(visitor) {
      const client = await visitor.freshClient();
      const { bytes } = visitor.request({
        method: 'POST',
        path: '/upload',
        fields: { 'Content-Length': 50_000 },
        body: letters(visitor.pick([1, 20_000])),
      });
      await client.send(bytes);
      await visitor.dawdle();
      visitor.vanish();
    },
  },
  {
    name: 'leaving within the answer',
    weight: 3,
    async pay(visitor) {
      const client = await visitor.freshClient();
      const path = visitor.pick(['/bytes/3000000', '/events?interval=20ms', '/?fault=hang-body']);
      await client.send(visitor.request({ path }).bytes);
      await client.reader.hasMore();
      await visitor.dawdle();
      visitor.vanish();
    },
  },
  {
    name: 'leaving a tunnel',
    weight: 1,
    async pay(visitor) {
      const client = await visitor.freshClient();
      await client.send(visitor.request({ fields: visitor.pick([upgrade, webSocket]) }).bytes);
      await visitor.dawdle();
      visitor.vanish();
    },
  },
  {
    name: 'what is no HTTP',
    weight: 1,
    async pay(visitor) {
      const client = await visitor.freshClient();
      await client.send('NO HTTP\r\n\r\n');
      const { status } = await client.readResponse();
      if (status !== 400) throw new Error(`answered with ${status}`);
      visitor.ledger.unreadable += 1;
      await visitor.leaveClosed(client.reader);
    },
  },
  {
    name: 'what is not forwarded',
    weight: 1,
    pay: async (visitor) => void (await visitor.ask({ method: 'TRACE' })),
  },
  {
    name: 'the metrics',
    weight: 1,
    async pay(visitor) {
      const client = await visitor.client();
      await client.send('GET /proxy-metrics HTTP/1.1\r\nHost: x\r\n\r\n');
      const { body } = await client.readResponse();
      const { metrics: m } = JSON.parse(body.toString());
      const finished = m.successful_requests + m.failed_requests + m.client_aborted;
      if (m.total_requests !== finished + m.active_requests + m.queue_size) {
        throw new Error(`the sum does not hold: ${body}`);
      }
    },
  },
];

const totalWeight = visits.reduce((sum, { weight }) => sum + weight, 0);

/** The visit at a point in [0, 1). */
export function visitAt(point: number): Visit {
  let left = point * totalWeight;
  for (const visit of visits) {
    left -= visit.weight;
    if (left < 0) return visit;
  }
  return visits[0] as Visit;
}
