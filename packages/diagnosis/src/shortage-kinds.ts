import type { Shortages } from '@spillway/contracts';

export type ShortageKind = keyof Shortages;

interface Told {
  /** What this process is out of. */
  readonly of: string;
  readonly remedy: string;
}

/** What this process can run out of, with what helps: for findings, reasons and problem documents alike. */
export const shortageKinds: Readonly<Record<ShortageKind, Told>> = Object.freeze({
  descriptors: {
    of: 'file descriptors (EMFILE, ENFILE)',
    remedy:
      'Raise ulimit -n (LimitNOFILE with systemd, fs.file-max for the machine), or lower --max-client-connections or --pool-maxsize',
  },
  ports: {
    of: 'local ports to connect from (EADDRNOTAVAIL)',
    remedy:
      'Widen net.ipv4.ip_local_port_range, keep more connections open (--pool-connections), or give the target or this machine more addresses',
  },
  memory: {
    of: 'memory for sockets (ENOBUFS, ENOMEM)',
    remedy: 'Give this machine more memory, raise net.ipv4.tcp_mem, or lower --pool-maxsize',
  },
});

export const shortageKindNames = Object.freeze(Object.keys(shortageKinds) as ShortageKind[]);
