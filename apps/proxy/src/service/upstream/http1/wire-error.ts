/**
 * What is wrong on the wire of an HTTP/1.1 connection.
 * - `request_invalid`: the request has no form in which it could be sent
 * - `request_length`: its body has another length than was declared
 * - `response_malformed`: what came is no response, or none that may be here
 * - `head_too_large`, `trailers_too_large`: beyond `--max-header-size`
 * - `response_ended`: the connection ended before the response did
 */
export type WireFault =
  | 'request_invalid'
  | 'request_length'
  | 'response_malformed'
  | 'head_too_large'
  | 'trailers_too_large'
  | 'response_ended';

export class WireError extends Error {
  readonly code: WireFault;

  constructor(code: WireFault, message: string) {
    super(message);
    this.name = 'WireError';
    this.code = code;
  }
}
