import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { runProxy } from './run-proxy.ts';

const target = ['--target', 'http://10.0.0.5:8000'];

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly evidence: Record<string, string>;
}

const checkJson = async (argv: string[], cwd = temporaryDirectory(), environment = {}) => {
  const ended = await runProxy(['check', '--json', ...target, ...argv], cwd, environment);
  const { findings } = JSON.parse(ended.stdout) as { findings: Finding[] };
  return { code: ended.code, findings, rules: findings.map(({ rule }) => rule) };
};

describe('check', () => {
  it('finds all planted mistakes in one run', async () => {
    const { rules, code } = await checkJson([
      '--max-concurrent-requests=300',
      '--pool-connections=60',
      '--request-timeout=20',
      '--connect-timeout=2m',
      '--read-timeout=30',
      '--drain-timeout=10',
      '--client-idle-timeout=30',
      '--circuit-breaker-timeout=5',
      '--max-queue-size=0',
      '--retry-body-limit=1MiB',
      '--target-insecure',
    ]);
    expect(rules.sort()).toEqual([
      'admin-endpoints-public',
      'attempts-beyond-request-timeout',
      'breaker-below-connect-timeout',
      'client-idle-below-balancer',
      'docker-stops-early',
      'drain-below-read-timeout',
      'idle-pool-above-maxsize',
      'insecure-target',
      'no-queue',
      'pool-below-concurrency',
      'read-below-connect-timeout',
      'request-below-read-timeout',
      'retry-bodies-above-total',
    ]);
    expect(code).toBe(0);
  });

  it('fails for an error, and for a warning only when it is strict', async () => {
    const cwd = temporaryDirectory();
    const exit = async (...argv: string[]) => (await runProxy(['check', ...argv], cwd)).code;
    expect(await exit('--target', 'http://localhost:8080')).toBe(1);
    expect(await exit(...target, '--pool-maxsize=10')).toBe(0);
    expect(await exit(...target, '--pool-maxsize=10', '--strict')).toBe(1);
    expect(await exit(...target, '--strict')).toBe(0);
  });

  it('compares the drain with the unit and the compose file that are given', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'unit'), '[Service]\nTimeoutStopSec=30\n');
    writeFileSync(join(cwd, 'compose'), 'services:\n  proxy:\n    stop_grace_period: 200s\n');
    const { findings, code } = await checkJson(['--systemd-unit=unit', '--compose=compose'], cwd);
    expect(findings.filter(({ rule }) => /systemd|docker/.test(rule))).toMatchObject([
      {
        rule: 'systemd-stops-early',
        severity: 'error',
        evidence: { '--drain-timeout': '2m', TimeoutStopSec: '30s (unit)' },
      },
    ]);
    expect(code).toBe(1);
  });

  it('takes the preStop sleep from the grace period of the manifests that are given', async () => {
    const cwd = temporaryDirectory();
    const pod = (seconds: number) =>
      `kind: Pod\nspec:\n  terminationGracePeriodSeconds: ${seconds}\n  preStop:\n    sleep:\n      seconds: 10\n`;
    writeFileSync(join(cwd, 'short'), pod(125));
    writeFileSync(join(cwd, 'long'), pod(135));
    const { findings, code } = await checkJson(['--kubernetes=short'], cwd);
    expect(findings.filter(({ rule }) => rule === 'kubernetes-stops-early')).toMatchObject([
      {
        severity: 'error',
        evidence: { terminationGracePeriodSeconds: '115s (short, without the preStop sleep)' },
        remedy: 'terminationGracePeriodSeconds: 135',
      },
    ]);
    expect(code).toBe(1);
    expect((await checkJson(['--kubernetes=long'], cwd)).rules).not.toContain(
      'kubernetes-stops-early',
    );
  });

  it('reads the unit of this project where it lies in the working directory', async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, 'deploy/systemd'), { recursive: true });
    const unit = join(cwd, 'deploy/systemd/spillway.service');
    writeFileSync(unit, '[Service]\nTimeoutStopSec=130\n');
    expect((await checkJson([], cwd)).rules).not.toContain('systemd-stops-early');
    writeFileSync(unit, '[Service]\nTimeoutStopSec=100\n');
    expect((await checkJson([], cwd)).code).toBe(1);
  });

  it('takes a missing target for an error in production alone', async () => {
    const cwd = temporaryDirectory();
    expect((await runProxy(['check'], cwd)).code).toBe(0);
    const ended = await runProxy(['check'], cwd, { NODE_ENV: 'production' });
    expect(ended.stdout).toContain('error: there is no target');
    expect(ended.code).toBe(1);
  });

  it('shows each finding with its numbers and remedy, and the configuration when asked', async () => {
    const cwd = temporaryDirectory();
    const argv = ['check', '--print', ...target, '--preset=quick', '--pool-maxsize=10'];
    const { stdout } = await runProxy(argv, cwd, { SPILLWAY_HOST: '127.0.0.1' });
    expect(stdout).toMatch(/^--pool-maxsize +10 +flag --pool-maxsize$/m);
    expect(stdout).toMatch(/^--host +127\.0\.0\.1 +environment SPILLWAY_HOST$/m);
    expect(stdout).toMatch(/^--read-timeout +30s +preset quick$/m);
    expect(stdout).toMatch(/^--drain-timeout +30s +default same as --read-timeout$/m);
    expect(stdout).toContain(
      '  seen: --pool-maxsize 10, --max-concurrent-requests 20\n  remedy: --pool-maxsize 20\n',
    );
    expect(stdout).not.toContain('\u001b[');
  });

  it('never shows the keys of clients, in flags, variables, files or errors', async () => {
    const cwd = temporaryDirectory();
    const classes = ['--priority-class=high=20%', '--api-key-header=X-API-Key'];
    const key = '--priority-key=high=s3cret';
    const wrong = '--priority-key=s3cret';
    const variable = { SPILLWAY_PRIORITY_KEY: 'high=s3cret,low=s3cret2' };
    const ended = await Promise.all([
      runProxy(['check', '--print', ...target, ...classes, key], cwd),
      runProxy(['check', '--print', '--json', ...target, ...classes, key], cwd),
      runProxy(['check', ...target, ...classes, wrong], cwd),
      runProxy(['check', '--json', ...target, ...classes], cwd, variable),
      runProxy(['simulate', '--json', '--duration=6s', ...classes, key], cwd),
    ]);
    expect(ended[0].stdout).toMatch(/^--priority-key +high=\*\*\* +flag --priority-key$/m);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 2, 2, 0]);
    expect(JSON.stringify(ended)).not.toContain('s3cret');
  });
});
