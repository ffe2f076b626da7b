import { describe, expect, it } from 'vitest';
import { resolveSmall } from '../test/small-table.ts';

describe('the environment', () => {
  it('speaks in upper case under the prefix, and is left alone elsewhere', () => {
    const environment = { SMALL_WORKERS: '7', WORKERS: '9', PATH: '/bin', small_workers: '8' };
    expect(resolveSmall([], environment)).toMatchObject({ resolved: { config: { workers: 7 } } });
  });

  it('separates a list by commas, and switches booleans by words', () => {
    const environment = { SMALL_NAME: 'ann, bob', SMALL_ACCESS_LOG: 'off', SMALL_VERBOSE: '1' };
    expect(resolveSmall([], environment)).toMatchObject({
      resolved: { config: { names: ['ann', 'bob'], accessLog: false, verbose: true } },
    });
  });

  it('counts an empty variable as unset', () => {
    expect(resolveSmall([], { SMALL_WORKERS: '', SMALL_BOGUS: '' }).ok).toBe(true);
  });

  it('ignores what the table says is nobody’s mistake', () => {
    expect(resolveSmall([], { SMALL_OTHER_PROGRAM: 'x' }).ok).toBe(true);
  });

  it('reports a variable that no option has', () => {
    expect(resolveSmall([], { SMALL_WORKER: '3' })).toMatchObject({
      problems: [{ code: 'unknown_variable', nearest: 'SMALL_WORKERS' }],
    });
  });

  /** All that Kubernetes sets for a Service with two ports, and Docker for a link. */
  const announced = (service: string) => ({
    [`${service}_SERVICE_HOST`]: '10.0.0.1',
    [`${service}_SERVICE_PORT`]: '80',
    [`${service}_SERVICE_PORT_HTTP`]: '80',
    [`${service}_SERVICE_PORT_DNS_UDP`]: '53',
    [`${service}_PORT`]: 'tcp://10.0.0.1:80',
    ...Object.fromEntries(
      ['80_TCP', '53_UDP', '38412_SCTP'].flatMap((port) => [
        [`${service}_PORT_${port}`, `${port.split('_')[1]?.toLowerCase()}://[fd00::1]:1`],
        [`${service}_PORT_${port}_PROTO`, 'tcp'],
        [`${service}_PORT_${port}_PORT`, '80'],
        [`${service}_PORT_${port}_ADDR`, '10.0.0.1'],
      ]),
    ),
    [`${service}_NAME`]: '/web/small',
    [`${service}_ENV_PATH`]: '/bin',
  });

  it.each(['SMALL', 'SMALL_CANARY', 'SMALL_WORKERS', 'SMALL_READ_TIMEOUT', 'SMALL_CONFIG'])(
    'is left alone where it announces a Service that is called %s',
    (service) => {
      expect(resolveSmall([], announced(service))).toMatchObject({
        resolved: { config: { workers: 4, names: [], readTimeoutMs: 120_000 } },
      });
    },
  );

  it('is read where a variable only looks like it announces a Service', () => {
    for (const name of ['SMALL_ADMN_PORT', 'SMALL_PORT_80', 'SMALL_SERVICE']) {
      expect(resolveSmall([], { [name]: '8081' })).toMatchObject({
        problems: [{ code: 'unknown_variable' }],
      });
    }
  });
});
