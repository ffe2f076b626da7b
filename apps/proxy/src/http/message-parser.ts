import { Llhttp, type ParserEvents, pieceBytes } from './llhttp.ts';

/** Most that may stand between the bytes of a chunked body: what node:http allows the extensions of a chunk. */
const mostChunkFramingBytes = 16 * 1024;

const nothing: Buffer = Buffer.alloc(0);

/**
 * What the parsers of requests and of responses have alike. A head is one string, of which the fields are slices; of a
 * chunked body only the places are told, so that nothing of it is copied. Nobody is called back: what was found is there
 * when a call returns.
 */
export abstract class MessageParser implements ParserEvents {
  /** Names and values of the last head in turn. */
  fields: string[] = [];
  trailers: string[] = [];
  /** Places of the body's parts in the bytes last parsed: from, to, from, to. */
  readonly spans: number[] = [];
  /** The chunked message is over. */
  ended = false;

  protected readonly llhttp: Llhttp;
  protected readonly maxBytes: number;
  /** The head as far as it has come. */
  protected text = '';
  /** Where the present piece begins: in the text of the head, or in the bytes of a body. */
  protected base = 0;
  /** Places in the text: a name, its value, a name… */
  protected readonly places: number[] = [];
  /** How many of them are of this head: an array that is emptied gives its memory away. */
  protected placeCount = 0;
  protected inTrailers = false;
  /** More stands between the bytes of a body, or behind them, than may. */
  protected overLimit = false;
  /** What the last place belongs to: 0 a name, 1 a value. */
  #last = 1;
  #inBody = false;
  #piece: Buffer = nothing;
  #bodyEnd = 0;
  #betweenBytes = 0;

  constructor(type: 'request' | 'response', maxHeaderBytes: number) {
    this.maxBytes = maxHeaderBytes;
    this.llhttp = new Llhttp(type, this);
  }

  free(): void {
    this.llhttp.free();
  }

  onTarget(_from: number, _to: number): void {}

  onStatus(_from: number, _to: number): void {}

  abstract onHead(status: number, upgrade: boolean, keepAlive: boolean): void;

  onFieldName(from: number, to: number): void {
    this.#onFieldPart(0, from, to);
  }

  onFieldValue(from: number, to: number): void {
    this.#onFieldPart(1, from, to);
  }

  onBody(from: number, to: number): void {
    this.spans.push(this.base + from, this.base + to);
    this.#addBetween(this.base + from);
    this.#betweenBytes = 0;
    this.#bodyEnd = this.base + to;
  }

  onMessageEnd(): void {
    this.ended = true;
    const { trailers } = this;
    for (let i = 1; i < trailers.length; i += 2) trailers[i] = trimmedEnd(trailers[i] as string);
  }

  /** What comes next is the begin of a message. */
  protected beginHead(): void {
    this.llhttp.reset();
    this.text = '';
    this.placeCount = 0;
    this.#last = 1;
    if (!this.#inBody) return;
    this.#inBody = false;
    this.inTrailers = false;
    this.#betweenBytes = 0;
    this.overLimit = false;
    this.ended = false;
    if (this.trailers.length > 0) this.trailers = [];
  }

  /** Reads on in a head, at most a piece, and returns the place behind what was read; -1 where it is none. */
  protected readHeadPiece(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + pieceBytes);
    this.base = this.text.length;
    const at = this.llhttp.execute(bytes, from, end);
    this.text += bytes.toString('latin1', from, at === -1 ? end : at);
    return at;
  }

  /** The same in a chunked body; the parts found are in `spans`. */
  protected readChunksPiece(bytes: Buffer, from: number, to: number): number {
    this.#inBody = true;
    this.spans.length = 0;
    this.#piece = bytes;
    this.base = from;
    this.#bodyEnd = from;
    const at = this.llhttp.execute(bytes, from, Math.min(to, from + pieceBytes));
    this.#piece = nothing;
    if (at !== -1) this.#addBetween(at);
    return at;
  }

  /** The head is complete: cuts its fields out of it. */
  protected cutFields(): string[] {
    const { text, places } = this;
    const fields: string[] = [];
    for (let i = 0; i < this.placeCount; i += 4) {
      fields.push(
        text.slice(places[i], places[i + 1]),
        trimmedEnd(text.slice(places[i + 2], places[i + 3])),
      );
    }
    this.fields = fields;
    return fields;
  }

  /** What stands between the bytes of a body: sizes and extensions of chunks, and the trailers behind the last. */
  #addBetween(end: number): void {
    this.#betweenBytes += end - this.#bodyEnd;
    this.#bodyEnd = end;
    const limit = this.inTrailers ? this.maxBytes : mostChunkFramingBytes;
    if (this.#betweenBytes > limit) this.overLimit = true;
  }

  /** A part that follows one of its kind goes on where that stopped, at the end of a piece. */
  #onFieldPart(kind: number, from: number, to: number): void {
    const goesOn = kind === this.#last;
    this.#last = kind;
    if (this.#inBody) {
      this.inTrailers = true;
      const text = this.#piece.toString('latin1', this.base + from, this.base + to);
      if (goesOn) this.trailers[this.trailers.length - 1] += text;
      else this.trailers.push(text);
      return;
    }
    const { places, base } = this;
    if (goesOn) {
      places[this.placeCount - 1] = base + to;
    } else {
      places[this.placeCount++] = base + from;
      places[this.placeCount++] = base + to;
    }
  }
}

/** llhttp leaves the white space behind a value to us. */
function trimmedEnd(value: string): string {
  const last = value.charCodeAt(value.length - 1);
  return last === 0x20 || last === 0x09 ? value.replace(/[\t ]+$/, '') : value;
}
