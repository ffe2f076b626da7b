import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** A change is over when nothing has changed for so long: editors and copies write in pieces. */
const quietMs = 200;
/** Network file systems tell of no changes, and a directory that is replaced takes its watcher with it. */
const pollMs = 2000;

/**
 * Tells when a file is another one, or says something else. Its directory is watched, since editors replace the file,
 * and Kubernetes replaces the link `..data` that it leads through. A file that is missing is no change: it comes back.
 */
export class ConfigWatch {
  readonly #file: string;
  readonly #onChanged: () => void;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;
  #quiet: NodeJS.Timeout | undefined;
  #known: string | null;
  #seen: string | null;

  constructor(file: string, onChanged: () => void) {
    this.#file = file;
    this.#onChanged = onChanged;
    this.#known = signatureOf(file);
    this.#seen = this.#known;
    this.#poll = setInterval(() => this.#look(), pollMs).unref();
    this.#watch();
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#quiet);
    this.#watcher?.close();
  }

  /** Where the machine has no watchers left, the poll does. */
  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#file), { persistent: false }, () => this.#look());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      this.#watcher = null;
    }
  }

  #look(): void {
    const now = signatureOf(this.#file);
    if (now === null || now === this.#known || (now === this.#seen && this.#quiet)) return;
    this.#seen = now;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#settle(), quietMs).unref();
  }

  #settle(): void {
    this.#quiet = undefined;
    const now = signatureOf(this.#file);
    if (now === null || now !== this.#seen) {
      this.#look();
      return;
    }
    this.#known = now;
    this.#onChanged();
  }
}

/** Null: it is not there. */
function signatureOf(file: string): string | null {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return [realpathSync(file), mtimeMs, ctimeMs, size, ino].join(' ');
  } catch {
    return null;
  }
}
