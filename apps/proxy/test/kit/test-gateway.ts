import { expect, onTestFinished } from 'vitest';
import type {
  Configuration,
  ServiceSettings,
  TargetSettings,
} from '../../src/config/configuration.ts';
import type { ProxyConfig } from '../../src/config/proxy-options.ts';
import type { Instance, InstanceOptions } from '../../src/instance/instance.ts';
import type { Exchange } from '../../src/request/exchange.ts';
import { type RunningProxy, startProxy } from '../../src/server/start-proxy.ts';
import type { Service } from '../../src/service/service.ts';
import { configurationFromFlags, type Flags } from './config-from-flags.ts';
import { RawClient } from './raw-client.ts';
import { eventually, WaitingLine } from './waiting-line.ts';

/** What a finished request says of itself; the exchange is not kept alive by it. */
export type FinishedRequest = Pick<
  Exchange,
  'id' | 'method' | 'outcome' | 'status' | 'attempts' | 'detail' | 'bytesReceived' | 'bytesSent'
>;

/** Loopback, any free port, and retries that follow at once. */
const testFlags: Flags = { '--host': '127.0.0.1', '--port': 0, '--retry-backoff-factor': 0 };

/** A proxy in this process, with what a test wants to hear of it. */
export class TestGateway {
  readonly running: RunningProxy;
  readonly instance: Instance;
  /** The first one: flags alone make one, and the only one. */
  readonly service: Service;
  readonly config: ProxyConfig;
  readonly port: number;
  readonly #finished = new WaitingLine<FinishedRequest>('the end of a request');
  readonly #unreadable = new WaitingLine<number>('an unreadable request');

  private constructor(running: RunningProxy) {
    this.running = running;
    this.instance = running.instance;
    this.service = running.instance.services[0] as Service;
    this.config = running.instance.settings;
    this.port = running.port;
    this.instance.events.on('request_finished', (exchange) => {
      const { id, method, outcome, status, attempts, detail, bytesReceived, bytesSent } = exchange;
      this.#finished.push({
        ...{ id, method, outcome, status, attempts, detail, bytesReceived, bytesSent },
      });
    });
    this.instance.events.on('request_unreadable', (status) => this.#unreadable.push(status));
  }

  /** Whoever opens it closes it. */
  static async open(
    flags: Flags,
    file: object | null = null,
    options: InstanceOptions = {},
  ): Promise<TestGateway> {
    return TestGateway.openWith(configurationFromFlags({ ...testFlags, ...flags }, file), options);
  }

  static async openWith(
    configuration: Configuration,
    options: InstanceOptions = {},
  ): Promise<TestGateway> {
    return new TestGateway(await startProxy(configuration, options));
  }

  /** The next request that is over, each told once. */
  finished(): Promise<FinishedRequest> {
    return this.#finished.next();
  }

  /** Status answered to the next bytes that never became a request. */
  unreadable(): Promise<number> {
    return this.#unreadable.next();
  }

  /** The service of this name. */
  serviceOf(name: string): Service {
    const found = this.instance.services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  }

  /** Until that many wait in the queue. */
  queued(count: number): Promise<void> {
    return eventually(() => expect(this.service.permits.queued, 'queued').toBe(count));
  }

  /** A client that is destroyed when the test is over. */
  connect(): Promise<RawClient> {
    return RawClient.connect(this.port);
  }

  /** Until every client is gone and everything that a request takes has been given back. */
  async nothingLeft(): Promise<void> {
    await eventually(() => this.expectNothingLeft());
  }

  /** Throws unless nothing is under way and nothing is held. */
  expectNothingLeft(): void {
    const { wheel, replayMemory, responseMemory, metrics } = this.instance;
    const { services } = this.instance;
    const upstreams = services.flatMap((service) => service.upstreams.all);
    const none = upstreams.map(() => 0);
    const m = metrics.snapshot().metrics;
    const finished = m.successful_requests + m.failed_requests + m.client_aborted;
    expect(m.total_requests, 'total').toBe(finished + m.active_requests + m.queue_size);
    expect({
      active: m.active_requests,
      queued: services.reduce((sum, { permits }) => sum + permits.queued, 0),
      permits: services.reduce((sum, { permits }) => sum + permits.inFlight, 0),
      timers: wheel.size - upstreams.filter(({ health }) => health !== null).length,
      replayBytes: replayMemory.heldBytes,
      responseBytes: responseMemory.heldBytes,
      clientConnections: this.instance.clientSockets.size,
      atUpstreams: upstreams.map(({ active }) => active),
      poolWaiting: upstreams.map(({ pool }) => pool.stats().waiting),
      poolConnecting: upstreams.map(({ pool }) => pool.stats().connecting),
    }).toEqual({
      active: 0,
      queued: 0,
      permits: 0,
      timers: 0,
      replayBytes: 0,
      responseBytes: 0,
      clientConnections: 0,
      atUpstreams: none,
      poolWaiting: none,
      poolConnecting: none,
    });
  }

  async close(): Promise<void> {
    await this.running.close();
  }
}

/**
 * A proxy for one test: closed when it is over, and by then nothing may be left. Start what it
 * forwards to first and clients last: they are taken down in reverse.
 */
export async function startGateway(
  flags: Flags,
  file: object | null = null,
  options: InstanceOptions = {},
): Promise<TestGateway> {
  return closedAfterTest(await TestGateway.open(flags, file, options));
}

/** The same with targets as only the file can have them, with weights and limits. */
export async function startGatewayWithTargets(
  targets: readonly (Partial<TargetSettings> & Pick<TargetSettings, 'origin'>)[],
  flags: Flags = {},
): Promise<TestGateway> {
  const { services, ...rest } = configurationFromFlags({ ...testFlags, ...flags });
  const [service] = services as [ServiceSettings];
  const complete = targets.map((target) => ({ weight: 1, maxConcurrentRequests: null, ...target }));
  return closedAfterTest(
    await TestGateway.openWith({ ...rest, services: [{ ...service, targets: complete }] }),
  );
}

function closedAfterTest(proxy: TestGateway): TestGateway {
  onTestFinished(async () => {
    try {
      await proxy.nothingLeft();
    } finally {
      await proxy.close();
    }
  });
  return proxy;
}
