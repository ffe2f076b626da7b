import type { Instance } from '../../instance/instance.ts';
import type { ProxyLogger } from '../../observe/logger.ts';
import type { RunningProxy } from '../../server/start-proxy.ts';
import { earlySignals } from '../../system/early-signals.ts';
import type { PidFile } from '../../upgrade/pid-file.ts';
import type { Predecessor } from '../../upgrade/predecessor.ts';
import { Upgrade } from '../../upgrade/upgrade.ts';

/** 128 + SIGINT: what a shell expects of a process that a second Ctrl-C ended. */
const interruptedExitCode = 130;

interface Serving {
  readonly running: RunningProxy;
  readonly logger: ProxyLogger;
  readonly pidFile: PidFile | null;
  readonly predecessor: Predecessor | null;
}

/** What signals do to a proxy that serves; resolves to the exit code once it has ended. */
export function untilStopped({ running, logger, pidFile, predecessor }: Serving): Promise<number> {
  const { log } = logger;
  const { instance } = running;
  const upgrade = new Upgrade(running, pidFile, log);
  return new Promise((resolve) => {
    let draining = false;
    const finish = async (ending: Promise<{ readonly cut: number }>) => {
      // The process before is older, and may have a part of the limits: the one after knows only of this one. And systemd
      // kills whatever is left of a service when its main process has ended.
      const { drainTimeoutMs } = instance.settings;
      const [{ cut }] = await Promise.all([ending, predecessor?.goneWithin(drainTimeoutMs)]);
      log.info({ cut }, cut === 0 ? 'drained' : `drained, ${cut} requests cut`);
      resolve(0);
    };
    const stop = async (signal: NodeJS.Signals) => {
      if (draining) {
        log.warn({ signal }, 'second signal: ending at once');
        await running.close();
        resolve(interruptedExitCode);
        return;
      }
      draining = true;
      const { active, total } = instance.metrics;
      const { drainTimeoutMs } = instance.settings;
      log.info({ signal, active, total }, `draining, for at most ${drainTimeoutMs / 1000} s`);
      // It is on its way to its end already.
      if (upgrade.successor !== null) return;
      upgrade.stop();
      await finish(running.drain());
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGQUIT', stop);
    process.on('SIGUSR1', logger.reopen);
    process.on('SIGUSR2', async () => {
      if (await upgrade.start(draining)) await finish(running.handOver());
    });
    const onHangup = () => {
      logger.reopen();
      if (upgrade.successor !== null) {
        // Whoever sent it still had the old process id.
        upgrade.successor.kill('SIGHUP');
        return;
      }
      reloadToken(instance, log);
      void instance.reloader?.reload();
    };
    process.on('SIGHUP', onHangup);
    if (earlySignals.hangup) onHangup();
  });
}

function reloadToken({ adminToken, settings }: Instance, log: ProxyLogger['log']): void {
  try {
    if (adminToken.reload()) log.info('admin token read again');
  } catch (error) {
    const fault = `--admin-token-file ${settings.adminTokenFile}: ${(error as Error).message}`;
    log.error(`the old admin token stays in force: ${fault}`);
  }
}
