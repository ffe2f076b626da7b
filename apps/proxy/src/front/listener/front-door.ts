import { Server, type Socket } from 'node:net';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import type { ConnectionRefusal } from '../../http/connection-refusal.ts';
import type { TrustedProxies } from '../../http/trusted-proxies.ts';
import type { FrontServer } from '../front-server.ts';
import { peerAddressOf, setPeerAddress } from '../peer-address.ts';
import type { TlsAcceptor } from '../tls/tls-acceptor.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { readProxyHeaderOf } from './proxied-connection.ts';

/** What doors of one proxy share. */
export interface DoorContext {
  readonly settings: ProxyConfig;
  readonly trustedProxies: TrustedProxies;
  readonly limits: ConnectionLimits;
  connectionRefused(why: ConnectionRefusal, detail: string, clientAddress: string): void;
}

interface DoorOptions {
  readonly proxyProtocol: boolean;
  /** Null: plain HTTP. */
  readonly tls: TlsAcceptor | null;
  readonly engine: FrontServer;
  /** Peers of a Unix socket have no address: this stands for it. Null: they have one. */
  readonly peerAddress: string | null;
}

const noBytes = Buffer.alloc(0);

/**
 * Where clients connect: it lets in as many as there may be, reads who they are where a proxy before us says so, and
 * hands them to TLS or to the engine that speaks HTTP.
 */
export class FrontDoor extends Server {
  readonly #context: DoorContext;
  readonly #options: DoorOptions;
  /** Those that no engine has yet, and those below TLS. */
  readonly #below = new Set<Socket>();

  constructor(context: DoorContext, options: DoorOptions) {
    super({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
    this.#context = context;
    this.#options = options;
    this.on('connection', (socket: Socket) => this.#enter(socket));
  }

  /** Whoever needs room asks here. */
  closeIdleConnections(): void {
    this.#options.engine.closeIdleConnections();
  }

  /** Some may be shaking hands, or say who they are. */
  get isBusy(): boolean {
    return this.#below.size > 0;
  }

  destroyAll(): void {
    for (const socket of this.#below) socket.destroy();
  }

  #enter(socket: Socket): void {
    const { proxyProtocol, tls, peerAddress } = this.#options;
    if (peerAddress !== null) setPeerAddress(socket, peerAddress);
    if (!this.#context.limits.enter()) {
      this.#refuse(socket, 'connections', '--max-client-connections are open');
      return;
    }
    const visit = new Visit(this.#context.limits, this.#below);
    if (!proxyProtocol && tls === null) {
      this.#admit(socket, noBytes, visit);
      return;
    }
    visit.beginBelow(socket);
    if (proxyProtocol) this.#readHeader(socket, visit);
    else this.#admit(socket, noBytes, visit);
  }

  /** Only who is trusted may say for whom it connects; nobody else has any business here. */
  #readHeader(socket: Socket, visit: Visit): void {
    const { settings, trustedProxies } = this.#context;
    if (!trustedProxies.has(peerAddressOf(socket))) {
      this.#refuse(socket, 'proxy_protocol', 'it is no --trusted-proxy');
      return;
    }
    readProxyHeaderOf(socket, settings.clientHeaderTimeoutMs, {
      onHeader: (source, rest) => {
        if (source !== null) setPeerAddress(socket, source);
        this.#admit(socket, rest, visit);
      },
      onBadHeader: (reason) => this.#refuse(socket, 'proxy_protocol', reason),
    });
  }

  #admit(socket: Socket, ahead: Buffer, visit: Visit): void {
    const { settings } = this.#context;
    const counts = settings.maxClientConnectionsPerAddress !== null;
    if (counts && !visit.enterAddress(peerAddressOf(socket))) {
      const detail = '--max-connections-per-address are open';
      this.#refuse(socket, 'connections_per_address', detail);
      visit.over();
      return;
    }
    const { tls, engine } = this.#options;
    if (tls !== null) {
      if (ahead.length > 0) socket.unshift(ahead);
      tls.accept(socket);
    } else {
      // The one that is served may be another object than the one that was accepted.
      visit.passTo(engine.serve(socket, ahead));
    }
  }

  #refuse(socket: Socket, why: ConnectionRefusal, detail: string): void {
    this.#context.connectionRefused(why, detail, peerAddressOf(socket) ?? 'unknown');
    socket.destroy();
  }
}

/** The places that one connection takes; they are given back when it closes. */
class Visit {
  readonly #limits: ConnectionLimits;
  readonly #below: Set<Socket>;
  readonly #onClose = () => this.over();
  #socket: Socket | null = null;
  #address: string | null = null;
  #over = false;

  constructor(limits: ConnectionLimits, below: Set<Socket>) {
    this.#limits = limits;
    this.#below = below;
  }

  beginBelow(socket: Socket): void {
    this.#socket = socket;
    this.#below.add(socket);
    socket.on('error', ignore);
    socket.once('close', this.#onClose);
  }

  /** False: there are as many of it as there may be. */
  enterAddress(address: string | undefined): boolean {
    if (address === undefined) return true;
    this.#address = this.#limits.enterAddress(address);
    return this.#address !== null;
  }

  /** An engine serves this one from now on. */
  passTo(served: Socket): void {
    const before = this.#socket;
    if (before !== null) {
      this.#below.delete(before);
      before.off('close', this.#onClose);
    }
    served.once('close', this.#onClose);
  }

  over(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#socket !== null) this.#below.delete(this.#socket);
    this.#limits.leave();
    if (this.#address !== null) this.#limits.leaveAddress(this.#address);
  }
}

function ignore(): void {}
