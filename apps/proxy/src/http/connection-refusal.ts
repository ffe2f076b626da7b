/** Why a client's connection was closed before any request. */
export type ConnectionRefusal =
  | 'connections'
  | 'connections_per_address'
  | 'proxy_protocol'
  | 'tls_handshake';
