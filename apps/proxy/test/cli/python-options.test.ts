import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { runProxy } from './run-proxy.ts';

/** Each option of the Python version, with a value as it was written there. */
const options = {
  target_host: 'backend.internal',
  target_port: 9000,
  max_concurrent_requests: 30,
  max_queue_size: 60,
  connect_timeout: 15,
  read_timeout: 300,
  pool_connections: 25,
  pool_maxsize: 70,
  max_retries: 4,
  retry_backoff_factor: 0.3,
  circuit_breaker_threshold: 7,
  circuit_breaker_timeout: 90,
};

const inForce = {
  ...options,
  connect_timeout: '15s',
  read_timeout: '5m',
  circuit_breaker_timeout: '90s',
};

type Report = { config: Record<string, { value: unknown; source: string }> };

const check = async (argv: string[], cwd: string, environment = {}) => {
  const ended = await runProxy(['check', '--json', '--print', ...argv], cwd, environment);
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  const { config } = JSON.parse(ended.stdout) as Report;
  const given = Object.entries(config).filter(([, { source }]) => !source.startsWith('default'));
  return {
    values: Object.fromEntries(given.map(([key, { value }]) => [key, value])),
    sources: new Set(given.map(([, { source }]) => source.replace(/[ :].*/, ''))),
  };
};

describe('the options of the Python version', () => {
  it('are taken as flags, both --flag value and --flag=value', async () => {
    const flags = Object.entries(options).map(
      ([key, value]) => [`--${key.replaceAll('_', '-')}`, String(value)] as const,
    );
    const cwd = temporaryDirectory();
    expect((await check(flags.flat(), cwd)).values).toEqual(inForce);
    expect(
      (
        await check(
          flags.map((pair) => pair.join('=')),
          cwd,
        )
      ).values,
    ).toEqual(inForce);
  });

  it('are taken from the same file, by --config and by its name', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'mine.json'), JSON.stringify(options));
    expect((await check(['--config', 'mine.json'], cwd)).values).toEqual(inForce);
    writeFileSync(join(cwd, 'proxy_config.json'), JSON.stringify(options, null, 4));
    expect(await check([], cwd)).toEqual({ values: inForce, sources: new Set(['file']) });
  });

  it('are taken from the environment', async () => {
    const environment = Object.fromEntries(
      Object.entries(options).map(([key, value]) => [`SPILLWAY_${key.toUpperCase()}`, `${value}`]),
    );
    // What Kubernetes sets beside Services named spillway, -canary and -target is not ours.
    const kubernetes = {
      SPILLWAY_CANARY_PORT: 'tcp://10.0.0.1:8080',
      SPILLWAY_CANARY_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      SPILLWAY_CANARY_SERVICE_PORT_HTTP: '8080',
      SPILLWAY_TARGET_SERVICE_HOST: '10.0.0.1',
      SPILLWAY_PORT: 'tcp://10.0.0.1:8080',
      SPILLWAY_PORT_8080_TCP_ADDR: '10.0.0.1',
      SPILLWAY_SERVICE_HOST: '10.0.0.1',
    };
    expect(await check([], temporaryDirectory(), { ...environment, ...kubernetes })).toEqual({
      values: inForce,
      sources: new Set(['environment']),
    });
  });
});
