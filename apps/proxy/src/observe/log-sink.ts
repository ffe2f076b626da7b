import { close, write, writeSync } from 'node:fs';

/** So much is written in one piece where lines come fast. */
const chunkLength = 16 * 1024;
/** So long a line waits for others at most. */
const gatherMs = 100;
/** Lines that nothing takes are held up to this length; what comes on top is dropped. */
const maxHeldLength = 4 * 1024 * 1024;
/** From a failed write to the next try: a full disk is not emptied in milliseconds. */
const retryMs = 1_000;
/** From a write that found a pipe or terminal full to the next try: doubled from the one to the other. */
const fullPauseMs = { first: 5, longest: 100 };
/** How long an ending process waits for a reader that stalls. */
const lastWordsMs = 500;
/** What a write takes that nothing holds up, and more. */
const momentMs = 10;

/** What went wrong between the first failed write, or dropped line, and the recovery. */
export interface LogTrouble {
  readonly linesDropped: number;
  readonly failedWrites: number;
}

interface LogSinkEvents {
  /** The first of a series of writes has failed. */
  onFailure(error: Error): void;
  /** Writing goes on. */
  onRecovery(trouble: LogTrouble): void;
}

/**
 * Where the log goes: a bounded buffer in front of a descriptor. Nobody who logs ever waits: writes are made by
 * libuv's threads, one at a time, so neither a full disk nor a reader that stalls is felt by a request. A pipe or
 * terminal should be in non-blocking mode: a thread that waits for its reader would keep the process from ending.
 *
 * A write may fail for any reason, even EPIPE, without harm: it is tried again, from where it stopped.
 */
export class LogSink {
  linesDropped = 0;
  writeErrors = 0;
  #fd: number;
  readonly #events: LogSinkEvents;
  /** Not yet taken for a write. */
  #lines = '';
  /** Taken: being written, or to be written from `#offset` on. */
  #chunk: Buffer | null = null;
  #offset = 0;
  #writing = false;
  /** Runs while lines come. */
  #ticking: NodeJS.Timeout | undefined;
  /** Runs while the descriptor takes nothing. */
  #pause: NodeJS.Timeout | undefined;
  #fullPauseMs = fullPauseMs.first;
  #failing = false;
  #told: LogTrouble = { linesDropped: 0, failedWrites: 0 };
  /** Takes over from `#fd` once the lines that came before it are written. */
  #successor: { readonly fd: number; linesBefore: boolean } | null = null;
  #onEmpty: (() => void) | null = null;

  constructor(fd: number, events: LogSinkEvents) {
    this.#fd = fd;
    this.#events = events;
  }

  /** A line with its newline. */
  write(line: string): void {
    if (this.#held + line.length > maxHeldLength) {
      this.linesDropped += 1;
      return;
    }
    this.#lines += line;
    if (this.#ticking === undefined) {
      this.#ticking = setInterval(this.#tick, gatherMs).unref();
      this.#next();
    } else if (this.#lines.length >= chunkLength) this.#next();
  }

  /** Goes on with another file. What came before still goes to the old one, unless that takes nothing. */
  switchTo(fd: number): void {
    if (this.#successor !== null) close(this.#successor.fd, ignore);
    this.#successor = { fd, linesBefore: this.#lines !== '' };
    if (this.#writing) return;
    if (this.#held === 0 || this.#pause !== undefined) this.#succeed();
    else this.#next();
  }

  /** Resolves once everything is written, or when the descriptor has taken nothing for too long. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, lastWordsMs);
      this.#onEmpty = () => {
        clearTimeout(patience);
        resolve();
      };
      this.#resume();
    });
  }

  /**
   * For a process that ends now and has no event loop any more. A write under way is left to its thread, for which
   * Node waits at its end; where that takes longer than a moment its lines come after these.
   */
  flushSync(): void {
    const patienceMs = this.#onEmpty === null ? lastWordsMs : 0;
    const until = performance.now() + patienceMs;
    if (this.#writing) sleep(momentMs);
    const rest = this.#writing || this.#chunk === null ? [] : [this.#chunk.subarray(this.#offset)];
    let left = Buffer.concat([...rest, Buffer.from(this.#lines)]);
    while (left.length > 0) {
      try {
        left = left.subarray(writeSync(this.#fd, left));
      } catch (error) {
        if (!isFull(error) || performance.now() >= until) return;
        sleep(momentMs);
      }
    }
  }

  get #held(): number {
    const chunkLeft = this.#chunk === null ? 0 : this.#chunk.length - this.#offset;
    return this.#lines.length + chunkLeft;
  }

  readonly #tick = (): void => {
    if (this.#held > 0) this.#next();
    else {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  };

  #next(): void {
    if (this.#writing || this.#pause !== undefined) return;
    if (this.#chunk === null) {
      if (this.#lines === '') return;
      this.#chunk = Buffer.from(this.#lines);
      this.#offset = 0;
      this.#lines = '';
      if (this.#successor !== null) this.#successor.linesBefore = false;
    }
    this.#writing = true;
    const left = this.#chunk.length - this.#offset;
    write(this.#fd, this.#chunk, this.#offset, left, null, this.#onWritten);
  }

  readonly #onWritten = (error: NodeJS.ErrnoException | null, written: number): void => {
    this.#writing = false;
    if (error !== null) {
      this.#onError(error);
      return;
    }
    this.#fullPauseMs = fullPauseMs.first;
    this.#offset += written;
    if (this.#offset < (this.#chunk as Buffer).length) {
      this.#next();
      return;
    }
    this.#chunk = null;
    this.#failing = false;
    if (this.#held <= maxHeldLength / 2) this.#tellRecovery();
    if (this.#successor?.linesBefore === false) this.#succeed();
    else if (this.#lines.length >= chunkLength || this.#successor || this.#onEmpty) this.#next();
    if (this.#held === 0) this.#onEmpty?.();
  };

  #onError(error: NodeJS.ErrnoException): void {
    let pauseMs = retryMs;
    if (isFull(error)) {
      pauseMs = this.#fullPauseMs;
      this.#fullPauseMs = Math.min(2 * pauseMs, fullPauseMs.longest);
    } else {
      this.writeErrors += 1;
      if (!this.#failing) this.#events.onFailure(error);
      this.#failing = true;
    }
    this.#pause = setTimeout(this.#resume, pauseMs).unref();
    if (this.#successor !== null) this.#succeed();
  }

  readonly #resume = (): void => {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#next();
    if (this.#held === 0) this.#onEmpty?.();
  };

  #succeed(): void {
    if (this.#successor === null) return;
    close(this.#fd, ignore);
    this.#fd = this.#successor.fd;
    this.#successor = null;
    // The new file is not to begin in the middle of a line.
    if (this.#chunk !== null && this.#offset > 0) {
      this.#offset = this.#chunk.lastIndexOf('\n', this.#offset - 1) + 1;
    }
    this.#resume();
  }

  #tellRecovery(): void {
    const linesDropped = this.linesDropped - this.#told.linesDropped;
    const failedWrites = this.writeErrors - this.#told.failedWrites;
    if (linesDropped + failedWrites === 0) return;
    this.#told = { linesDropped: this.linesDropped, failedWrites: this.writeErrors };
    this.#events.onRecovery({ linesDropped, failedWrites });
  }
}

/** The reader of a pipe or terminal is slower than we are. */
const isFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN';

/** Of the whole thread. */
const sleep = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

const ignore = (): void => {};
