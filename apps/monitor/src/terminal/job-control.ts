/** Suspends with the terminal as it was, and comes back with it as it is needed. */
export class JobControl {
  readonly #leave: () => void;
  readonly #enter: () => void;
  #away: NodeJS.Timeout | null = null;

  constructor(hooks: { readonly leave: () => void; readonly enter: () => void }) {
    this.#leave = hooks.leave;
    this.#enter = hooks.enter;
    process.on('SIGTSTP', this.#stopMe);
    process.on('SIGCONT', this.#continued);
  }

  /** For Ctrl-Z, which in raw mode is only a key: the whole job stops, as a shell expects. */
  stopJob(): void {
    this.#stop(0);
  }

  release(): void {
    if (this.#away) clearTimeout(this.#away);
    process.off('SIGTSTP', this.#stopMe);
    process.off('SIGCONT', this.#continued);
  }

  readonly #stopMe = (): void => this.#stop(process.pid);

  #stop(pid: number): void {
    this.#leave();
    // Without a listener the signal does what it does to any process.
    process.off('SIGTSTP', this.#stopMe);
    process.kill(pid, 'SIGTSTP');
    // Where no shell could continue us, the kernel ignores it (POSIX: orphaned process groups).
    this.#away = setTimeout(this.#continued, 200);
  }

  readonly #continued = (): void => {
    if (this.#away) clearTimeout(this.#away);
    this.#away = null;
    process.off('SIGTSTP', this.#stopMe);
    process.on('SIGTSTP', this.#stopMe);
    this.#enter();
  };
}
