import type { Socket } from 'node:net';
import type { ListenerSettings } from '../config/configuration.ts';
import { engines } from '../front/engines.ts';
import type { FrontServer } from '../front/front-server.ts';
import { Http2Engine } from '../front/http2/http2-engine.ts';
import { PriorKnowledge } from '../front/http2/prior-knowledge.ts';
import { ConnectionLimits } from '../front/listener/connection-limits.ts';
import { type DoorContext, FrontDoor } from '../front/listener/front-door.ts';
import type { StagedCloses } from '../front/staged-close.ts';
import { TlsAcceptor } from '../front/tls/tls-acceptor.ts';
import { unixPeer } from '../http/trusted-proxies.ts';
import type { Instance } from '../instance/instance.ts';
import { outliveAcceptErrors } from './accept-errors.ts';
import { Dispatcher } from './dispatcher.ts';
import { listen, listenOnUnixSocket } from './listen.ts';

/** A door that is open, and where. */
export interface OpenListener {
  readonly settings: ListenerSettings;
  readonly door: FrontDoor;
  /** Address and port that it got; of a Unix socket its path, and null. */
  readonly host: string;
  readonly port: number | null;
}

/** What speaks with clients behind TLS, by the protocol that ALPN chooses, the best first. */
type EnginesByProtocol = ReadonlyMap<string, FrontServer>;

/** Where clients connect: every listener, with the engines behind them. */
export class Front {
  /** For connections in the clear. */
  readonly engine: FrontServer;
  readonly http2: Http2Engine;
  readonly listeners: readonly OpenListener[];
  readonly #acceptor: TlsAcceptor | null;

  private constructor(
    engine: FrontServer,
    http2: Http2Engine,
    acceptor: TlsAcceptor | null,
    listeners: readonly OpenListener[],
  ) {
    this.engine = engine;
    this.http2 = http2;
    this.#acceptor = acceptor;
    this.listeners = listeners;
  }

  /** Listens everywhere, or nowhere: rejects with a ListenError. */
  static async open(
    instance: Instance,
    closes: StagedCloses,
    inheritedFd: number | null,
  ): Promise<Front> {
    const { settings, configuration } = instance;
    const dispatcher = new Dispatcher(instance);
    const http1 = engines[settings.engine](dispatcher, closes);
    const http2 = new Http2Engine(dispatcher);
    for (const one of [http1, http2]) {
      one.on('connection', (socket: Socket) => {
        instance.clientSockets.add(socket);
        socket.once('close', () => instance.clientSockets.delete(socket));
      });
    }
    const acceptor = openAcceptor(
      instance,
      new Map<string, FrontServer>([
        ['h2', http2],
        ['http/1.1', http1],
      ]),
    );
    const engine = settings.h2c ? new PriorKnowledge(dispatcher, http1, http2) : http1;
    const context = doorContextOf(instance);
    const opened: OpenListener[] = [];
    try {
      for (const listener of configuration.listeners) {
        const door = new FrontDoor(context, {
          engine,
          proxyProtocol: listener.proxyProtocol,
          tls: listener.tls ? acceptor : null,
          peerAddress: listener.at.kind === 'unix' ? unixPeer : null,
        });
        outliveAcceptErrors(door, instance);
        // Whoever hands one over means the first listener.
        const fd = opened.length === 0 ? inheritedFd : null;
        opened.push({ settings: listener, door, ...(await open(door, listener.at, fd)) });
      }
    } catch (error) {
      await new Front(engine, http2, acceptor, opened).close();
      throw error;
    }
    return new Front(engine, http2, acceptor, opened);
  }

  /** Clients have connected that no engine has yet. */
  get isBusy(): boolean {
    const isDeciding = this.engine instanceof PriorKnowledge && this.engine.isBusy;
    return isDeciding || this.listeners.some(({ door }) => door.isBusy);
  }

  /** Sessions of before take a full handshake; it happens by itself from time to time. */
  rotateTicketKeys(): void {
    this.#acceptor?.rotateTicketKeys();
  }

  /** Accepts no more; resolves once the last connection is over. Those that no engine has are ended. */
  async close(): Promise<void> {
    this.#acceptor?.close();
    this.engine.close();
    const closed = this.listeners.map(
      ({ door }) => new Promise<void>((resolve) => door.close(() => resolve())),
    );
    for (const { door } of this.listeners) door.destroyAll();
    await Promise.all(closed);
  }
}

/** Null: there is no certificate. */
function openAcceptor(instance: Instance, byProtocol: EnginesByProtocol): TlsAcceptor | null {
  const { certificates, settings } = instance;
  if (certificates === null) return null;
  // Who names no protocol speaks HTTP/1.1.
  const first = byProtocol.get('http/1.1');
  const options = {
    protocols: [...byProtocol.keys()],
    handshakeTimeoutMs: settings.clientHeaderTimeoutMs,
  };
  return new TlsAcceptor(certificates, options, {
    onSecure: (socket, protocol) => {
      const engine = (protocol === null ? undefined : byProtocol.get(protocol)) ?? first;
      engine?.serve(socket, noBytes);
    },
    onHandshakeFailed: (reason, address) => {
      instance.events.emit('connection_refused', 'tls_handshake', reason, address);
    },
  });
}

const noBytes = Buffer.alloc(0);

/** Limits and trust are those in force when a client connects. */
function doorContextOf(instance: Instance): DoorContext {
  return {
    get settings() {
      return instance.settings;
    },
    get trustedProxies() {
      return instance.trustedProxies;
    },
    limits: new ConnectionLimits(() => instance.settings),
    connectionRefused: (why, detail, address) => {
      instance.events.emit('connection_refused', why, detail, address);
    },
  };
}

async function open(
  door: FrontDoor,
  at: ListenerSettings['at'],
  inheritedFd: number | null,
): Promise<Pick<OpenListener, 'host' | 'port'>> {
  if (at.kind === 'unix') {
    await listenOnUnixSocket(door, at.path, at.mode);
    return { host: at.path, port: null };
  }
  const flags = { host: '--host', port: '--port' };
  const { address, port } = await listen(door, at.host, at.port, inheritedFd, flags);
  return { host: address, port };
}
