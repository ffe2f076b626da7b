import { describe, expect, it } from 'vitest';
import { parseGoDuration, readComposeStop } from './compose-file.ts';
import { readKubernetesStop } from './kubernetes-manifest.ts';
import { parseTimeSpan, readSystemdStop } from './systemd-unit.ts';

describe('a systemd unit', () => {
  it.each([
    ['90', 90_000],
    ['2min 30s', 150_000],
    ['1h', 3_600_000],
    ['500ms', 500],
    ['infinity', null],
    ['0', null],
  ])('waits %s as %j ms', (span, ms) => {
    expect(parseTimeSpan(span)).toBe(ms);
  });

  it.each([
    ['[Service]\nTimeoutStopSec=130\n', 130_000, 'unit'],
    ['[Service]\nTimeoutStopSec=10\nTimeoutStopSec = 20\n', 20_000, 'unit'],
    ['[Service]\nTimeoutSec=15\n', 15_000, 'unit'],
    ['[Service]\n# TimeoutStopSec=10\nTimeoutStartSec=1\n', 90_000, 'default, not set in unit'],
    ['[Service]\nTimeoutStopSec=\n', 90_000, 'default, not set in unit'],
  ])('%j stops after %j ms', (text, ms, where) => {
    expect(readSystemdStop(text, 'unit')).toEqual({ ms, from: 'file', where });
  });
});

describe('a compose file', () => {
  it.each([
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['130', null],
    ['soon', null],
  ])('writes %s for %j ms', (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });

  it.each([
    ['services:\n  proxy:\n    stop_grace_period: 2m10s # drain\n', 130_000],
    ['services:\n  proxy:\n    stop_grace_period: "130s"\n', 130_000],
    [`services:\n  proxy:\n    stop_grace_period: \${GRACE:-130s}\n`, 130_000],
    [
      'services:\n  web:\n    stop_grace_period: 5s\n  proxy:\n    stop_grace_period: 130s\n',
      130_000,
    ],
    [
      'services:\n    web:\n        stop_grace_period: 5s\n    gate:\n        image: spillway\n',
      10_000,
    ],
    ['name: x\nservices:\n  app:\n    stop_grace_period: 7s\nvolumes:\n  proxy:\n', 7_000],
    ['# nothing\n', 10_000],
  ])('%j stops after %j ms', (text, ms) => {
    expect(readComposeStop(text, 'compose.yaml').ms).toBe(ms);
  });

  it('says which service it read', () => {
    expect(readComposeStop('services:\n  proxy:\n    image: x\n', 'compose.yaml').where).toBe(
      'default, not set for service proxy in compose.yaml',
    );
  });
});

describe('Kubernetes manifests', () => {
  const pod = (...lines: string[]) => ['kind: Deployment', 'spec:', ...lines, ''].join('\n');
  const grace = '  terminationGracePeriodSeconds: 145';

  it.each([
    [pod(grace), 145_000, 'pod.yaml'],
    [pod('  # terminationGracePeriodSeconds: 1'), 30_000, 'default, not set in pod.yaml'],
    [pod('    terminationGracePeriodSeconds: 9 # of a probe', grace), 145_000, 'pod.yaml'],
    [`kind: Service\n---\n${pod(grace)}`, 145_000, 'pod.yaml'],
    [
      `${pod('  name: other', '  terminationGracePeriodSeconds: 5')}---\n${pod('  name: spillway', grace)}`,
      ...([145_000, 'pod.yaml'] as const),
    ],
    ['', 30_000, 'default, not set in pod.yaml'],
  ])('%j leave %j ms', (text, ms, where) => {
    expect(readKubernetesStop(text, 'pod.yaml')).toEqual({ ms, beforeMs: 0, from: 'file', where });
  });

  it.each([
    [['  preStop:', '    sleep:', '      seconds: 10'], 135_000],
    [['  preStop: { sleep: { seconds: 10 } }'], 135_000],
    [['  preStop:', '    exec:', '      command: ["sleep", "10"]'], 135_000],
    [['  preStop:', '    exec:', '      command:', '      - sleep', '      - "10"'], 135_000],
    [['  preStop:', '    exec:', '      command: ["sh", "-c", "sleep 200"]'], 0],
    [['  preStop:', '    httpGet: { path: /x, port: 80 }', '  sleep: 9'], 145_000],
  ])('a preStop of %j leaves %j ms of 145 s', (lines, ms) => {
    expect(readKubernetesStop(pod(...lines, grace), 'pod.yaml').ms).toBe(ms);
  });
});
