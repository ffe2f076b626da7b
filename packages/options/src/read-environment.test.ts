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
    expect(resolveSmall([], { SMALL_SERVICE_HOST: '10.0.0.1' }).ok).toBe(true);
  });

  it('reports a variable that no option has', () => {
    expect(resolveSmall([], { SMALL_WORKER: '3' })).toMatchObject({
      problems: [{ code: 'unknown_variable', nearest: 'SMALL_WORKERS' }],
    });
  });
});
