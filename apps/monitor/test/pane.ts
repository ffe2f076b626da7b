import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@spillway/test-kit';
import { onTestFinished } from 'vitest';
import { monitorMain } from './run-monitor.ts';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

const run = promisify(execFile);
const hooks = fileURLToPath(new URL('./crash-on-signal.ts', import.meta.url));
let panes = 0;

export interface PaneOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A terminal with a shell in it, in a tmux server of its own. */
export class Pane {
  readonly directory = temporaryDirectory();
  readonly #socket = `spillway-${process.pid}-${panes++}`;

  static async open({
    columns = 80,
    rows = 24,
    environment = {},
  }: PaneOptions = {}): Promise<Pane> {
    const pane = new Pane();
    onTestFinished(async () => {
      await pane.#tmux('kill-server').catch(() => {});
    });
    const variables = { LC_ALL: 'C.UTF-8', PS1: '$ ', ...environment };
    const words = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
    // chalk takes CI's variable for a terminal without colours.
    const shell = `env -u NO_COLOR -u FORCE_COLOR -u CI ${words.join(' ')} bash --norc --noprofile -i`;
    const size = ['-x', String(columns), '-y', String(rows)];
    await pane.#tmux('-f', '/dev/null', 'new-session', '-d', '-c', pane.directory, ...size, shell);
    await pane.until((screen) => screen.includes('$'));
    return pane;
  }

  /** Types a command that runs the monitor, and says its exit code when it is over. */
  async monitor(argv: readonly string[]): Promise<void> {
    const node = [process.execPath, '--conditions=@spillway/source', '--import', hooks];
    const words = [...node, fileURLToPath(monitorMain), ...argv].map(quoted).join(' ');
    const pidFile = `PID_FILE=${quoted(join(this.directory, 'pid'))}`;
    await this.type(`${pidFile} ${words}; echo ended with $?`);
  }

  /** The process id of the monitor that was started last. */
  get pid(): number {
    return Number(readFileSync(join(this.directory, 'pid'), 'utf8'));
  }

  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.press('Enter');
  }

  /** By the names that tmux gives keys. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  /** What a person sees; with `colours` the escape sequences too. */
  async screen({ colours = false } = {}): Promise<string> {
    return this.#tmux('capture-pane', '-p', ...(colours ? ['-e'] : []));
  }

  /** Looks until it is so; the test's own time limit ends the wait. */
  async until(isSo: (screen: string) => boolean): Promise<string> {
    for (;;) {
      const screen = await this.screen();
      if (isSo(screen)) return screen;
      await sleep(40);
    }
  }

  shows(what: RegExp): Promise<string> {
    return this.until((screen) => what.test(screen));
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Everything that is written from now on, as it is written. */
  async tap(file: string): Promise<void> {
    await this.#tmux('pipe-pane', '-o', `cat > ${quoted(join(this.directory, file))}`);
  }

  /** What programs may leave changed behind them. */
  async modes(): Promise<string> {
    return this.#tmux(
      'display-message',
      '-p',
      'alternate #{alternate_on} cursor #{cursor_flag} wrap #{wrap_flag}',
    );
  }

  async #tmux(...argv: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-L', this.#socket, ...argv]);
    return stdout;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
