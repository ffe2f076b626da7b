import type { PriorityClass } from '@spillway/core';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import type { ClientRequest } from '../../http/client-request.ts';
import { pathOf } from '../../http/request-target.ts';
import type { TrustedProxies } from '../../http/trusted-proxies.ts';

/** What the configuration says of classes and keys. */
type ClassConfig = Pick<
  ProxyConfig,
  | 'priorityClasses'
  | 'priorityHeader'
  | 'priorityPaths'
  | 'priorityKeys'
  | 'apiKeyHeader'
  | 'fairnessKey'
>;

/** Requests that belong to no class that was named. */
const ordinary = 0;

/** Which class a request is in, and in whose name it comes. */
export class Classes {
  /** Names by index; the first one is everybody else. */
  readonly names: readonly string[];
  /** As the limiter wants them: the one named first goes first. */
  readonly shares: readonly PriorityClass[];
  readonly #config: ClassConfig;
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #byKey: ReadonlyMap<string, number>;

  constructor(config: ClassConfig) {
    const { priorityClasses, priorityKeys } = config;
    this.#config = config;
    this.names = ['default', ...priorityClasses.map(({ name }) => name)];
    this.shares = [
      { reservedShare: 0, precedence: 0 },
      ...priorityClasses.map(({ share }, i) => ({
        reservedShare: share,
        precedence: priorityClasses.length - i,
      })),
    ];
    this.#indexOf = new Map(this.names.map((name, index) => [name, index]));
    this.#byKey = new Map(priorityKeys.map(({ name, value }) => [value, this.#index(name)]));
  }

  /** Index of the class: by its header, else by its API key, else by its path. */
  priorityOf(client: ClientRequest): number {
    if (this.names.length === 1) return ordinary;
    const { priorityHeader, apiKeyHeader, priorityPaths } = this.#config;
    const named = priorityHeader === null ? undefined : client.field(priorityHeader);
    const byHeader = named !== undefined ? this.#indexOf.get(named.trim()) : undefined;
    if (byHeader !== undefined) return byHeader;
    const key = apiKeyHeader === null ? undefined : client.field(apiKeyHeader);
    const byKey = key !== undefined ? this.#byKey.get(key) : undefined;
    if (byKey !== undefined) return byKey;
    if (priorityPaths.length === 0) return ordinary;
    const path = pathOf(client.target);
    const first = priorityPaths.find(({ value }) => path.startsWith(value));
    return first === undefined ? ordinary : this.#index(first.name);
  }

  /** In whose name it comes; null: nobody's in particular. */
  keyOf(client: ClientRequest, trusted: TrustedProxies): string | null {
    const { fairnessKey } = this.#config;
    if (fairnessKey === null) return null;
    if (fairnessKey === 'address') return trusted.clientOf(client);
    return client.field(fairnessKey) || null;
  }

  #index(name: string): number {
    return this.#indexOf.get(name) ?? ordinary;
  }
}
