/** Field names and values in turn, as latin1 strings: order, case and repetition as on the wire. */
export type FieldList = readonly string[];

/** What a client asks for. Nothing of it changes, except that trailers come with the end of the content. */
export interface ClientRequest {
  readonly method: string;
  /** The request-target byte for byte, in whichever form (RFC 9112 section 3.2). */
  readonly target: string;
  /** `1.0`, `1.1` … as Via has it; the engine lets through versions that only the proxy refuses. */
  readonly httpVersion: string;
  readonly scheme: 'http' | 'https';
  /** Undefined once the connection is gone. */
  readonly remoteAddress: string | undefined;
  readonly rawFields: FieldList;
  /** Lines by name in lower case. */
  readonly fieldLines: Readonly<Record<string, string[] | undefined>>;
  /**
   * The value of a field given in lower case. Repeated lines are joined by commas, those of Cookie by semicolons; of
   * fields that may stand only once (Host, Content-Length, Authorization …) the first one counts.
   */
  field(name: string): string | undefined;
}
