import { type CommandOptions, CommandProcess } from './command-process.ts';
import { engineFlags } from './engine-flags.ts';

const main = new URL('../../../apps/proxy/src/main.ts', import.meta.url);

/** The proxy as people start it, on a free port unless the flags name one. */
export class ListeningProxy extends CommandProcess {
  constructor(flags: readonly string[], options?: CommandOptions) {
    super(main, ['start', '--port', '0', ...engineFlags, ...flags], options);
  }

  /** Once it listens; without a target it has the demo backend behind it. */
  static async start<Proxy extends ListeningProxy>(
    this: new (
      flags: readonly string[],
      options?: CommandOptions,
    ) => Proxy,
    flags: readonly string[] = [],
    options?: CommandOptions,
  ): Promise<Proxy> {
    const proxy = new this(flags, options);
    await proxy.printed(/\/proxy-health[\s\S]*\n\n/, { stream: 'stderr' });
    return proxy;
  }

  /** The first lines, on standard error: standard output is the log's. */
  get banner(): string {
    return this.stderr.slice(0, this.stderr.indexOf('\n\n'));
  }

  get url(): string {
    return /listening +(https?:\/\/\S+)/.exec(this.banner)?.[1] as string;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }
}
