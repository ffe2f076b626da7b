import type { LoadReport } from '@spillway/contracts';
import { formatNumber } from '@spillway/quantities';

/** What was missing here, and what helps. */
interface Shortage {
  readonly what: string;
  readonly remedy: string;
}

/** How the limit on a process's descriptors is raised. */
export const moreDescriptors =
  'raise the limit of open files (ulimit -n in a shell, LimitNOFILE= of a service, --ulimit nofile= of a container)';

const memory: Shortage = {
  what: 'this machine had no memory left for sockets',
  remedy: 'free memory, raise net.ipv4.tcp_mem, or use more machines',
};

const shortages: Readonly<Record<string, Shortage>> = {
  EMFILE: {
    what: 'this process had no descriptor left',
    remedy: `${moreDescriptors}, or use fewer connections`,
  },
  ENFILE: {
    what: 'this machine had no open file left',
    remedy: 'raise fs.file-max, or use fewer connections',
  },
  EADDRNOTAVAIL: {
    what: 'this machine had no local port left for the target, or no address at all to reach it from',
    remedy:
      'widen net.ipv4.ip_local_port_range, let the target keep connections open, or use more machines; for an IPv6 target, see that IPv6 is on',
  },
};

/** For each thing that requests could not be sent for want of; such a run is invalid. */
export function localWarnings({ sent, local_errors }: LoadReport['counts']): string[] {
  return Object.entries(local_errors).map(([code, count]) => {
    const { what, remedy } = shortages[code] ?? memory;
    const requests = `${formatNumber(count)} of ${formatNumber(sent)} requests could not be sent`;
    return `${requests}, since ${what} (${code}): the load was less than was asked for, so the run is invalid; ${remedy}`;
  });
}
