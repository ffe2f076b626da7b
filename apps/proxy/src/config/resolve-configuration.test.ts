import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, nothingGiven } from '@spillway/options';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, test } from 'vitest';
import type { Configuration } from './configuration.ts';
import { resolveConfiguration } from './resolve-configuration.ts';

type Variables = Record<string, string>;

function resolve(text: string | object, environment: Variables = {}) {
  const cwd = temporaryDirectory();
  const written = typeof text === 'string' ? text : JSON.stringify(text, null, 1);
  writeFileSync(join(cwd, 'proxy_config.json'), written);
  return resolveConfiguration(nothingGiven, { environment, cwd });
}

function valid(text: string | object, environment: Variables = {}): Configuration {
  const resolution = resolve(text, environment);
  if (!resolution.ok) throw new Error(resolution.problems.map(formatProblem).join('\n'));
  return resolution.configuration;
}

function problemsOf(text: string | object): string[] {
  const resolution = resolve(text);
  expect(resolution.ok).toBe(false);
  return resolution.ok ? [] : resolution.problems.map(formatProblem);
}

const targets = ['http://10.0.0.1:8000'];

describe('Without services', () => {
  test('the options describe one, default, that takes every request', () => {
    const { services, routes } = valid({ target: targets, read_timeout: '5m' });
    expect(services).toMatchObject([
      { name: 'default', targets: [{ origin: targets[0], weight: 1 }] },
    ]);
    expect(routes).toMatchObject([{ service: 'default', conditions: {} }]);
    expect(routes[0]?.settings).toEqual(services[0]?.settings);
  });

  test('routes may treat requests of the only service differently', () => {
    const { routes } = valid({
      target: targets,
      routes: [{ path: '/slow/', read_timeout: '10m' }, {}],
    });
    expect(routes.map(({ service, settings }) => [service, settings.readTimeoutMs])).toEqual([
      ['default', 600_000],
      ['default', 120_000],
    ]);
  });
});

test('The first byte is waited for as long as the read timeout of its service or route, unless it has a limit', () => {
  const services = {
    fast: { targets },
    slow: { targets, read_timeout: '10s', first_byte_timeout: '5m' },
  };
  const routes = [
    { path: '/a/', service: 'fast' },
    { path: '/b/', service: 'fast', read_timeout: '1m' },
    { path: '/c/', service: 'slow', read_timeout: '20s' },
    { service: 'slow', first_byte_timeout: '15m' },
  ];
  const configuration = valid({ read_timeout: '30s', services, routes });
  const limits = configuration.routes.map(({ settings }) => [
    settings.firstByteTimeoutMs,
    settings.readTimeoutMs,
  ]);
  expect(limits).toEqual([
    [30_000, 30_000],
    [60_000, 60_000],
    [300_000, 20_000],
    [900_000, 10_000],
  ]);
  // A drain waits for whatever may take longest.
  expect(configuration.settings.drainTimeoutMs).toBe(900_000);
});

describe('Services and routes', () => {
  const file = {
    max_queue_size: 200,
    connect_timeout: '3s',
    services: {
      models: {
        targets: [
          'http://10.0.0.1:8000',
          { url: 'http://10.0.0.2:8000', weight: 2, max_concurrent_requests: 8 },
        ],
        max_concurrent_requests: 'auto',
        read_timeout: '10m',
      },
      reports: { preset: 'long-requests', targets: ['http://reports:9000'], pool_maxsize: 120 },
    },
    routes: [
      { host: 'API.example.com', path: '/v1/', service: 'models', methods: ['POST'] },
      { path: '/reports/', service: 'reports', request_timeout: '15m', strip_prefix: '/reports' },
      { service: 'models', headers: { 'x-tenant': 'acme', 'x-debug': false } },
    ],
  };

  test('a service has its own options over its preset, and that over the top of the file', () => {
    const [models, reports] = valid(file).services;
    expect(models?.settings).toMatchObject({
      ...{ maxQueueSize: 200, connectTimeoutMs: 3000, readTimeoutMs: 600_000 },
      maxConcurrentRequests: 'auto',
    });
    expect(reports?.settings).toMatchObject({
      ...{ maxQueueSize: 200, connectTimeoutMs: 15_000, maxConcurrentRequests: 100 },
      poolMaxsize: 120,
    });
  });

  test('flags and environment are the defaults of every service', () => {
    const [models, reports] = valid(file, {
      SPILLWAY_MAX_RETRIES: '7',
      SPILLWAY_READ_TIMEOUT: '9s',
    }).services;
    expect([models, reports].map((one) => one?.settings.maxRetries)).toEqual([7, 7]);
    expect(models?.settings.readTimeoutMs).toBe(600_000);
    // Its preset is nearer to it than what holds for all.
    expect(reports?.settings.readTimeoutMs).toBe(300_000);
  });

  test('a target may have a weight and a limit', () => {
    expect(valid(file).services[0]?.targets).toEqual([
      { origin: 'http://10.0.0.1:8000', weight: 1, maxConcurrentRequests: null },
      { origin: 'http://10.0.0.2:8000', weight: 2, maxConcurrentRequests: 8 },
    ]);
  });

  test('a route has its service, its conditions and options of its own', () => {
    const { routes } = valid(file);
    expect(routes[1]).toMatchObject({
      service: 'reports',
      conditions: { path: '/reports/' },
      path: { stripPrefix: '/reports' },
      settings: { requestTimeoutMs: 900_000, readTimeoutMs: 300_000 },
      where: expect.stringMatching(/^proxy_config\.json:\d+$/),
    });
    expect(routes[2]?.conditions.headers).toEqual({
      'x-tenant': 'acme',
      'x-debug': { present: false },
    });
  });

  test('a default that follows another option follows it in the service too', () => {
    const { settings, services } = valid(file);
    // A drain waits for the slowest of all services.
    expect(settings.drainTimeoutMs).toBe(600_000);
    expect(services.map((service) => service.settings.drainTimeoutMs)).toEqual([600_000, 600_000]);
    expect(valid({ ...file, drain_timeout: 5 }).settings.drainTimeoutMs).toBe(5000);
  });

  test('a drain waits for the slowest route too', () => {
    const routes = [{ path: '/batch/', read_timeout: '15m' }, {}];
    expect(valid({ target: targets, routes }).settings.drainTimeoutMs).toBe(900_000);
    const { settings, services } = valid({
      ...file,
      routes: [{ service: 'models', ...routes[0] }],
    });
    expect(settings.drainTimeoutMs).toBe(900_000);
    expect(services.map((service) => service.settings.drainTimeoutMs)).toEqual([900_000, 900_000]);
  });

  test('one service needs no routes', () => {
    const { routes } = valid({ services: { only: { targets } } });
    expect(routes).toMatchObject([{ service: 'only', conditions: {} }]);
  });
});

test('Every fault of a file is told in one go, with its line and its remedy', () => {
  const problems = problemsOf(`{
    "services": {
      "models": {
        "targets": ["http://10.0.0.1:8000", "10.0.0.2:8000", { "url": "http://10.0.0.3", "wieght": 2 }, { "url": "unix:/a", "max_concurrent_requests": 1.5 }],
        "max_queue_size": -1,
        "port": 80,
        "presett": "quick"
      },
      "reports": { "targets": [] },
      "white space": { "targets": ["http://10.0.0.9"] }
    },
    "routes": [
      { "service": "model", "path": "v1" },
      { "path": "/a", "service": "models", "max_queue_size": 3 },
      { "service": "models", "host": "http://x", "priority_class": "high" },
      { "service": "models", "strip_prefix": "a/../b", "request_headers": { "set": { "Host": "x" }, "sett": {} } },
      { }
    ]
  }`);
  expect(problems).toEqual([
    'file proxy_config.json:6: port holds for the whole process: set it at the top of the file',
    'file proxy_config.json:7: there is no option "presett"; did you mean preset?',
    'file proxy_config.json:5: max_queue_size must be a whole number of at least 0, not -1',
    expect.stringContaining('file proxy_config.json:4: a target must be'),
    'file proxy_config.json:4: a target takes url, weight, max_concurrent_requests, not "wieght"',
    'file proxy_config.json:4: max_concurrent_requests must be a whole number, not 1.5',
    'file proxy_config.json:9: the service reports needs at least one target',
    expect.stringContaining('file proxy_config.json:10: the name of a service is letters'),
    'file proxy_config.json:13: there is no service "model"; did you mean models?',
    expect.stringContaining('file proxy_config.json:13: path "v1" is not a path'),
    'file proxy_config.json:14: max_queue_size is shared by all requests of a service: set it in the service or at the top of the file',
    expect.stringContaining('file proxy_config.json:15: host "http://x" is not a host name'),
    'file proxy_config.json:15: priority_class must be a class of the service models: default, not "high"',
    expect.stringContaining('strip_prefix "a/../b"'),
    expect.stringContaining('request_headers takes set, add or remove, not "sett"'),
    expect.stringContaining('request_headers: Host is written by the proxy'),
    'file proxy_config.json:17: a route needs its service: models, reports',
  ]);
});

test('Several services without routes, or with targets of the flags, are refused', () => {
  const services = { a: { targets }, b: { targets } };
  expect(problemsOf({ services })).toEqual([
    'file proxy_config.json:2: several services need routes, so that each request finds its own',
  ]);
  expect(problemsOf({ services: { a: { targets } }, target: targets })).toEqual([
    expect.stringContaining('the file has services, each with its own targets: leave this one out'),
  ]);
});
