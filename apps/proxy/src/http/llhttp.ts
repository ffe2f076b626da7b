/**
 * llhttp, the parser of Node itself, as undici's package ships it in WebAssembly. The path is none that undici promises
 * to keep: llhttp.test.ts holds what is relied on here, and the version is pinned.
 */
// @ts-expect-error undici's types don't know this file.
import packaged from 'undici/lib/llhttp/llhttp_simd-wasm.js';

const bytes: Buffer = packaged;

/** As much of it as is used here: the types of Node 20 have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Buffer) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** What a callback returns to stop the parser behind what it was told. */
const pause = 21;
const types = { request: 1, response: 2 } as const;

/** Most bytes to be parsed in one call. */
export const pieceBytes = 64 * 1024;

/** Hears of the bytes being parsed. Places count from the begin of the piece. */
export interface ParserEvents {
  /** A request's target. */
  onTarget(from: number, to: number): void;
  /** A response's reason phrase. */
  onStatus(from: number, to: number): void;
  onFieldName(from: number, to: number): void;
  onFieldValue(from: number, to: number): void;
  /** `status` is 0 in a request; `upgrade`: Connection and Upgrade ask for it, or the method is CONNECT. */
  onHead(status: number, upgrade: boolean, keepAlive: boolean): void;
  onBody(from: number, to: number): void;
  onMessageEnd(): void;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  malloc(bytes: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_resume(parser: number): void;
  llhttp_execute(parser: number, at: number, length: number): number;
  llhttp_errno_name(code: number): number;
  llhttp_get_error_pos(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_get_http_major(parser: number): number;
  llhttp_get_http_minor(parser: number): number;
  llhttp_message_needs_eof(parser: number): number;
}

/** Whose bytes are being parsed: WebAssembly calls back while `execute` runs, and never else. */
let current: ParserEvents;

const span =
  (tell: (from: number, to: number) => void) =>
  (_parser: number, at: number, length: number): number => {
    tell(at - piece, at - piece + length);
    return 0;
  };

const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
  env: {
    wasm_on_message_begin: () => 0,
    wasm_on_url: span((from, to) => current.onTarget(from, to)),
    wasm_on_status: span((from, to) => current.onStatus(from, to)),
    wasm_on_header_field: span((from, to) => current.onFieldName(from, to)),
    wasm_on_header_value: span((from, to) => current.onFieldValue(from, to)),
    wasm_on_body: span((from, to) => current.onBody(from, to)),
    wasm_on_headers_complete: (
      _parser: number,
      status: number,
      upgrade: number,
      keepAlive: number,
    ) => {
      current.onHead(status, upgrade === 1, keepAlive === 1);
      return pause;
    },
    wasm_on_message_complete: () => {
      current.onMessageEnd();
      return pause;
    },
  },
}).exports as unknown as Exports;
wasm._initialize();

const piece = wasm.malloc(pieceBytes);
let memory = new Uint8Array(wasm.memory.buffer, piece, pieceBytes);

/**
 * One parser, strict. It stops behind each head and behind the end of a chunked message; the bodies that a length or
 * the connection's end delimits are not for it.
 */
export class Llhttp {
  readonly #events: ParserEvents;
  #parser: number;
  #stopped = false;
  #code = 0;

  constructor(type: keyof typeof types, events: ParserEvents) {
    this.#events = events;
    this.#parser = wasm.llhttp_alloc(types[type]);
  }

  /** What comes next is the begin of a message. */
  reset(): void {
    wasm.llhttp_reset(this.#parser);
    this.#stopped = false;
  }

  /**
   * Parses bytes, at most `pieceBytes`, and returns the place behind the last one that it took; -1 where they break the
   * rules.
   */
  execute(bytes: Buffer, from: number, to: number): number {
    // A memory that grew has another buffer.
    if (memory.length === 0) memory = new Uint8Array(wasm.memory.buffer, piece, pieceBytes);
    bytes.copy(memory, 0, from, to);
    if (this.#stopped) {
      this.#stopped = false;
      wasm.llhttp_resume(this.#parser);
    }
    current = this.#events;
    const code = wasm.llhttp_execute(this.#parser, piece, to - from);
    if (code === 0) return to;
    this.#code = code;
    if (code !== pause) return -1;
    this.#stopped = true;
    return from + wasm.llhttp_get_error_pos(this.#parser) - piece;
  }

  get majorVersion(): number {
    return wasm.llhttp_get_http_major(this.#parser);
  }

  /** Minor version of the message whose head has come. */
  get minorVersion(): number {
    return wasm.llhttp_get_http_minor(this.#parser);
  }

  /** The message whose head has come ends with its connection. */
  get needsEnd(): boolean {
    return wasm.llhttp_message_needs_eof(this.#parser) !== 0;
  }

  /** Why bytes broke the rules, in a sentence. */
  get fault(): string {
    return textAt(wasm.llhttp_get_error_reason(this.#parser));
  }

  /** The same by the name that node:http knows it by, HPE_INVALID_METHOD for example. */
  get faultName(): string {
    return textAt(wasm.llhttp_errno_name(this.#code));
  }

  /** Its memory is nobody else's to free. */
  free(): void {
    if (this.#parser === 0) return;
    wasm.llhttp_free(this.#parser);
    this.#parser = 0;
  }
}

function textAt(at: number): string {
  const all = Buffer.from(wasm.memory.buffer);
  return at === 0 ? '' : all.toString('latin1', at, all.indexOf(0, at));
}
