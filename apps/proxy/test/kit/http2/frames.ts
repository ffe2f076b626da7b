/** RFC 9113 section 6. */
const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export type FrameType = keyof typeof types;

export const flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** RFC 9113 section 7. */
const errorCodes = [
  ...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT'],
  ...['STREAM_CLOSED', 'FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR'],
  ...['CONNECT_ERROR', 'ENHANCE_YOUR_CALM', 'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
];

export const codeOf = (name: string): number => errorCodes.indexOf(name);
export const nameOf = (code: number): string => errorCodes[code] ?? String(code);

/** RFC 9113 section 6.5.2. */
export const settingIds = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
  enableConnectProtocol: 8,
} as const;

export const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const none: Buffer = Buffer.alloc(0);

/** One frame in bytes; `length` states another length than the payload's. */
export function frame(
  type: FrameType | number,
  flagBits: number,
  streamId: number,
  payload: Buffer | string = none,
  length?: number,
): Buffer {
  const content = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(length ?? content.length, 0, 3);
  head[3] = typeof type === 'number' ? type : types[type];
  head[4] = flagBits;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, content]);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * i);
  return bytes;
}

/** The payload of SETTINGS: identifiers and values in turn. */
export function settingsPayload(pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  return Buffer.concat(
    pairs.map(([id, value]) => {
      const bytes = Buffer.alloc(6);
      bytes.writeUInt16BE(id, 0);
      bytes.writeUInt32BE(value, 2);
      return bytes;
    }),
  );
}

export interface Frame {
  readonly type: FrameType | number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const names = Object.keys(types) as FrameType[];

export const parseHead = (head: Buffer) => ({
  length: head.readUIntBE(0, 3),
  type: names[head[3] as number] ?? (head[3] as number),
  flags: head[4] as number,
  streamId: head.readUInt32BE(5) & 0x7fffffff,
});
