import type { Child } from '../process/child.ts';
import { pathOf, type Scenario } from './scenario.ts';

/** A proxy that answers wrongly may be cheap: every one has to pass on the same answer, twice. */
export async function verifyProxy(proxy: Child, { check }: Scenario): Promise<void> {
  if (check === null) return;
  const { answerBytes, postBytes } = check;
  const expected = Buffer.alloc(answerBytes, 'spillway ');
  for (const _ of [1, 2]) {
    const answer = await fetch(`http://127.0.0.1:${proxy.port}${pathOf(answerBytes)}`, {
      ...(postBytes === undefined ? {} : { method: 'POST', body: 'x'.repeat(postBytes) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const received = answer.headers.get('x-received');
    if (answer.status !== 200) throw new Error(`${proxy.name} answers ${answer.status}, not 200`);
    if (!body.equals(expected)) throw new Error(`${proxy.name} passes on a wrong body`);
    if (received !== String(postBytes ?? 0)) {
      throw new Error(`${proxy.name} passed on ${received} bytes of ${postBytes} posted`);
    }
  }
}
