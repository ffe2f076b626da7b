import { LiveScreen, type LiveScreenOptions } from '../terminal/live-screen.ts';
import type { Watch } from '../watch/watch.ts';
import type { Output } from './output.ts';

/** The live screen. However the process ends, the terminal is left as it was. */
export function screenOutput(options: LiveScreenOptions, watch: Watch): Output {
  const { terminal } = options;
  const restore = (): void => terminal.leave();
  process.on('exit', restore);
  const screen = new LiveScreen(options, watch.proxies);
  return {
    show: (_reading, _proxy, { proxies }) => screen.show(proxies),
    close: () => {
      screen.close();
      process.off('exit', restore);
    },
  };
}
