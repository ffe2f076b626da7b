import type { TimerWheel } from '@spillway/core';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { Client } from '../front/client.ts';
import type { RequestHandler } from '../front/request-handler.ts';
import type { Instance } from '../instance/instance.ts';
import { answerOwn, isOwnPath } from '../own/own-paths.ts';
import { handleRequest } from '../request/handle-request.ts';

/** Takes what an engine has read: the proxy's own paths are answered at once, everything else is forwarded. */
export class Dispatcher implements RequestHandler {
  readonly wheel: TimerWheel;
  readonly #instance: Instance;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.wheel = instance.wheel;
  }

  get settings(): ProxyConfig {
    return this.#instance.settings;
  }

  handle(client: Client): void {
    const instance = this.#instance;
    if (instance.leaving) client.closeAfterwards();
    if (isOwnPath(instance, client.target)) answerOwn(instance, client);
    else void handleRequest(instance, client);
  }

  unreadable(status: number, reason: string, clientAddress: string): void {
    this.#instance.events.emit('request_unreadable', status, reason, clientAddress);
  }
}
