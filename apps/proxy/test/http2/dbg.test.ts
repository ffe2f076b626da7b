import { test } from 'vitest';
import { setUpHttp2 } from '../kit/http2/cases.ts';
import { get, headersFrame, resetFrame } from '../kit/http2/http2-wire.ts';
import { response, ok } from '../kit/cases.ts';
const show = (wire: any) => console.log(wire.frames.map((f: any) => [f.type, f.streamId, f.flags, f.payload.toString('hex').slice(0, 60)].join('/')).slice(-12).join(' '), wire.goaway);
test('a', async () => {
  const { proxy, wire } = await setUpHttp2();
  proxy.instance.events.on('request_unreadable', (...a) => console.log('UNREADABLE', ...a));
  let n = 0;
  for (let id = 1; id < 2000 && wire.goaway === null; id += 20) {
    const ids = Array.from({ length: 10 }, (_, i) => id + 2 * i);
    await wire.send(...ids.flatMap((one) => [headersFrame(one, get()), resetFrame(one)])).catch(() => {});
    n += 10;
  }
  await wire.ended(); console.log(n); show(wire);
});
test('b', async () => {
  const { upstream, proxy, wire } = await setUpHttp2({ '--h2-max-streams': 1 });
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n'));
  proxy.instance.events.on('request_unreadable', (...a) => console.log('UNREADABLE', ...a));
  await wire.headers(1, get());
  await wire.sees(() => wire.stream(1).content.length === 3, 'content');
  await wire.send(resetFrame(1));
  await wire.headers(3, get());
  await new Promise((r) => setTimeout(r, 200));
  show(wire);
});
test('c', async () => {
  const { upstream, proxy, wire } = await setUpHttp2();
  proxy.instance.events.on('request_started', (e) => console.log('START', e.client.target));
  proxy.instance.events.on('request_finished', (e) => console.log('FIN', e.client.target, e.outcome, e.detail));
  await wire.headers(1, get('/before'));
  const first = await upstream.accept();
  await first.readRequest();
  wire.answersPings = false;
  const drained = proxy.running.drain();
  await wire.sees(() => wire.goaway !== null, 'GOAWAY');
  await wire.headers(3, get('/meanwhile'));
  await new Promise((r) => setTimeout(r, 300));
  show(wire);
  console.log(upstream.connections.length);
  await first.send(ok('x'));
  await new Promise((r) => setTimeout(r, 300));
  show(wire);
  await drained;
});
