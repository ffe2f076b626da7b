import {
  firstCheckDelayMs,
  type HealthChange,
  HealthState,
  type InitialHealth,
  nextCheckDelayMs,
  TimerEntry,
  type TimerWheel,
} from '@spillway/core';
import type { StatusRange } from '../../config/balance-kinds.ts';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import { type Asked, Question, type QuestionEnd } from './question.ts';

/** Each interval is longer or shorter by up to this share, so that proxies do not check together. */
const jitter = 0.1;

/** What the configuration says of health checks; `path` is null where there are none. */
export interface HealthCheckSettings {
  readonly path: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
  readonly statuses: readonly StatusRange[];
  /** Null: the target's own. */
  readonly port: number | null;
}

export const healthCheckSettings = (settings: ProxyConfig): HealthCheckSettings => ({
  path: settings.healthPath,
  intervalMs: settings.healthIntervalMs,
  timeoutMs: settings.healthTimeoutMs,
  rise: settings.healthRise,
  fall: settings.healthFall,
  statuses: settings.healthStatuses,
  port: settings.healthPort,
});

export interface HealthCheckOptions {
  /** Each time: a reload may change how to connect. */
  readonly asked: () => Asked;
  readonly settings: HealthCheckSettings & { readonly path: string };
  /** What the target is taken for before its first check. */
  readonly initial: InitialHealth;
  /** Its place among the targets of its service, and how many these are: they are checked in turn. */
  readonly place: number;
  readonly targets: number;
  readonly wheel: TimerWheel;
  /** `why`: what the check that brought the change found. */
  readonly onChange: (change: HealthChange, why: string) => void;
}

/** Asks one target at intervals whether it is well (`--health-path`). As a timer it is the next check. */
export class HealthCheck extends TimerEntry {
  /** Checks by result. */
  readonly results = { passed: 0, failed: 0 };
  /** What the latest one found. */
  latest = '';
  readonly #options: HealthCheckOptions;
  readonly #asked: () => Asked;
  readonly #state: HealthState;
  #question: Question | null = null;
  #askedAt = 0;

  constructor(options: HealthCheckOptions) {
    super();
    const { settings, asked, wheel, place, targets, initial } = options;
    this.#options = options;
    this.#asked = () => atPort(asked(), settings.port);
    this.#state = new HealthState({ ...settings, initial }, wheel.now());
    wheel.schedule(this, firstCheckDelayMs(this.#schedule, place, targets, Math.random));
  }

  get up(): boolean {
    return this.#state.up;
  }

  get health(): 'up' | 'down' | 'unchecked' {
    if (this.results.passed + this.results.failed === 0) return 'unchecked';
    return this.#state.up ? 'up' : 'down';
  }

  get everyMs(): number {
    return this.#options.settings.intervalMs;
  }

  close(): void {
    this.#options.wheel.cancel(this);
    this.#question?.cancel();
    this.#question = null;
  }

  override onExpire(): void {
    const { settings, wheel } = this.#options;
    const { path, timeoutMs } = settings;
    this.#askedAt = wheel.now();
    const question = { asked: this.#asked(), path, wheel, timeoutMs, mostBytes: 0 };
    this.#question = new Question(question, (end) => this.#onEnd(end));
  }

  get #schedule() {
    return { intervalMs: this.#options.settings.intervalMs, jitter };
  }

  #onEnd({ status, failure }: QuestionEnd): void {
    const { settings, wheel, onChange } = this.#options;
    this.#question = null;
    const good = settings.statuses.some(({ from, to }) => status >= from && status <= to);
    this.results[good ? 'passed' : 'failed'] += 1;
    this.latest = failure ?? `status ${status}`;
    const now = wheel.now();
    wheel.schedule(this, nextCheckDelayMs(this.#schedule, now - this.#askedAt, Math.random));
    const change = this.#state.onResult(good, now);
    if (change !== null) onChange(change, `GET ${settings.path}: ${this.latest}`);
  }
}

/** The Host field keeps the target's own port, as with HAProxy: virtual hosts are found by it. */
function atPort(asked: Asked, port: number | null): Asked {
  const { destination } = asked;
  if (port === null || destination.port === 0) return asked;
  return { ...asked, destination: { ...destination, port } };
}
