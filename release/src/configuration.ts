// Written by `pnpm write-docs`, from docs/proxy_config.schema.json.

export interface SpillwayConfiguration {
  $schema?: string;
  /**
   * Values for a scenario, which all else overrides: quick, balanced, long-requests, massive
   */
  preset?: "quick" | "balanced" | "long-requests" | "massive";
  /**
   * Host of the upstream, reached over http. Must be a host name or an IP address, or none.
   */
  target_host?: (null | ("none" | "off")) | string;
  /**
   * Port of the upstream, with --target-host. Must be a whole number from 1 to 65535.
   */
  target_port?: number;
  /**
   * Upstream as a URL, with or without the flag: http, https, srv+http or unix; several may be given. Must be a list, each http:// or https:// with host, port and base path, srv+http://NAME, or unix:/PATH, or none.
   */
  target?: "none" | string[] | string;
  /**
   * How often the name of a target in use is looked up; addresses that went get no new requests. Must be a duration from 100ms to 24d.
   */
  dns_refresh?: number | string;
  /**
   * Which Host the upstream sees: the one the client sent, or its own. Must be one of client, target.
   */
  host_header?: "client" | "target";
  /**
   * Certificate authorities (PEM) to trust for https targets, besides the usual. Must be the path of a file, or none.
   */
  target_ca?: (null | ("none" | "off")) | string;
  /**
   * Accept any certificate of an https target; for tests only. Must be true or false.
   */
  target_insecure?: boolean;
  /**
   * Which target gets a request: the least busy, each in its turn, or one for each key. Must be one of least_in_flight, round_robin, hash.
   */
  balance?: "least_in_flight" | "round_robin" | "hash";
  /**
   * What --balance hash sends to one target: a cookie, a header or client address. Must be cookie:NAME, header:NAME or address.
   */
  hash_by?: string;
  /**
   * Times its share of the load beyond which a target sends its keys elsewhere. Must be a number from 1 to 1000.
   */
  hash_load_factor?: number;
  /**
   * A target that comes or comes back gets its share over this time; 0: immediately. Must be a duration from 0ms to 24d.
   */
  slow_start?: number | string;
  /**
   * A name is one target, or each of its addresses is a target of its own. Must be one of one, all.
   */
  resolve?: "one" | "all";
  /**
   * Path that each target is asked for; one that fails gets no requests. Must be a path that begins with /, or none.
   */
  health_path?: (null | ("none" | "off")) | string;
  /**
   * Time from one check of a target to the next, a tenth more or less by chance. Must be a duration from 100ms to 24d.
   */
  health_interval?: number | string;
  /**
   * Longest wait for the response to a check, connecting included. Must be a duration from 10ms to 24d.
   */
  health_timeout?: number | string;
  /**
   * Good checks in a row that bring a target back. Must be a whole number from 1 to 1000.
   */
  health_rise?: number;
  /**
   * Bad checks in a row that take a target down; the first check counts alone. Must be a whole number from 1 to 1000.
   */
  health_fall?: number;
  /**
   * Statuses of a good check; several may be given. Must be a list, each a status from 200 to 599 or a range such as 200-399, or none.
   */
  health_statuses?: "none" | string[] | string;
  /**
   * Port for the checks, where it is not the one of the target. Must be a whole number from 1 to 65535, or none.
   */
  health_port?: (null | ("none" | "off")) | number;
  /**
   * Failures in a row that eject one of several targets; 0: they do not. Must be a whole number from 0 to 1000000.
   */
  outlier_failures?: number;
  /**
   * How far back calls count when failure rates are compared. Must be a duration from 10ms to 24d.
   */
  outlier_window?: number | string;
  /**
   * With fewer calls in the window a rate says nothing; 0: rates eject nobody. Must be a whole number from 0 to 1000000.
   */
  outlier_min_calls?: number;
  /**
   * How long the first ejection lasts; each further one is longer by as much. Must be a duration from 1ms to 24d.
   */
  outlier_ejection?: number | string;
  /**
   * No larger share of the targets is ejected together, but one may be; 0%: none. Must be a share from 0% to 100%.
   */
  outlier_max_ejected?: number | string;
  /**
   * Address to listen on. Must be a host name or an IP address.
   */
  host?: string;
  /**
   * Port to listen on; 0 takes any free one. Must be a whole number from 0 to 65535.
   */
  port?: number;
  /**
   * Unix socket to listen on, instead of --host and --port. Must be the path of a file, or none.
   */
  unix_socket?: (null | ("none" | "off")) | string;
  /**
   * Who may connect to the Unix socket, as an octal mode. Must be an octal mode such as 0660.
   */
  unix_socket_mode?: string;
  /**
   * Connections begin with a header of the PROXY protocol (version 1 or 2) that names the client; they are taken from each --trusted-proxy alone. Must be true or false.
   */
  proxy_protocol?: boolean;
  /**
   * Speak HTTP/2 in the clear as well, with clients that begin with it (prior knowledge); the first bytes of a connection decide. Must be true or false.
   */
  h2c?: boolean;
  /**
   * Requests that a client of HTTP/2 may have under way on one connection. Must be a whole number from 1 to 10000.
   */
  h2_max_streams?: number;
  /**
   * Clients whose Forwarded, X-Forwarded-* and X-Real-IP fields are believed; several may be given. Must be a list, each an IP address, a range such as 10.0.0.0/8, or unix: for peers of a Unix socket, or none.
   */
  trusted_proxy?: "none" | string[] | string;
  /**
   * How the upstream is told where a request comes from: X-Forwarded-For, -Proto and -Host, Forwarded (RFC 7239), or both. Must be one of x-forwarded, forwarded, both.
   */
  forwarded?: "x-forwarded" | "forwarded" | "both";
  /**
   * What a client that ends its sending side behind its request means by it: abort, it has left; answer, it still listens, and is served until a write to it fails. Must be one of abort, answer.
   */
  half_close?: "abort" | "answer";
  /**
   * Header fields of clients with an underscore in their name; those that CGI and WSGI would take for a field that the proxy writes or removes never pass. Must be one of pass, drop.
   */
  underscore_headers?: "pass" | "drop";
  /**
   * Certificate (PEM, with the intermediate ones behind it); several may be given, and a client gets the one for the name that it asks for (SNI), else the first. Must be a list, each the path of a file, or none.
   */
  tls_cert?: "none" | string[] | string;
  /**
   * Private key (PEM, not encrypted) of the certificate at the same place in the list. Must be a list, each the path of a file, or none.
   */
  tls_key?: "none" | string[] | string;
  /**
   * self-signed: a certificate for this host, made at the start and kept in memory, for trying out. Must be one of self-signed, or none.
   */
  tls?: (null | ("none" | "off")) | "self-signed";
  /**
   * Oldest version of TLS that clients may speak. Must be one of 1.2, 1.3.
   */
  tls_min_version?: "1.2" | "1.3";
  /**
   * Certificate authorities (PEM) whose certificates clients may present. Must be the path of a file, or none.
   */
  tls_client_ca?: (null | ("none" | "off")) | string;
  /**
   * Whether a client needs a certificate, with --tls-client-ca; one that is presented must be valid either way. Must be one of optional, require.
   */
  tls_client_auth?: "optional" | "require";
  /**
   * Port on which plain HTTP is answered with 308 to the same URL under https; 0 takes any free one. Must be a whole number from 0 to 65535, or none.
   */
  http_redirect_port?: (null | ("none" | "off")) | number;
  /**
   * Requests at the upstream at once; auto finds out how many it takes. Must be a whole number from 1 to 65535, or auto.
   */
  max_concurrent_requests?: "auto" | number;
  /**
   * Least that auto goes down to. Must be a whole number from 1 to 65535.
   */
  auto_min?: number;
  /**
   * Most that auto goes up to. Must be a whole number from 1 to 65535.
   */
  auto_max?: number;
  /**
   * How auto finds out: slots for few and long calls, aimd for many and short ones, paced takes the one that fits; gradient is for responses that all take about as long. Must be one of paced, slots, aimd, gradient.
   */
  auto_algorithm?: "paced" | "slots" | "aimd" | "gradient";
  /**
   * Field of answers in which an upstream states how many requests it takes; the limit goes no higher. Must be the name of a header field that HTTP and the proxy leave free, or none.
   */
  capacity_header?: (null | ("none" | "off")) | string;
  /**
   * Path of the upstreams whose JSON states it as max_concurrency; read every 10 s. Must be a path that begins with /, or none.
   */
  capacity_path?: (null | ("none" | "off")) | string;
  /**
   * Requests waiting at once; beyond that they are refused with 503. Must be a whole number of at least 0.
   */
  max_queue_size?: number;
  /**
   * Longest wait in the queue. Must be a duration from 1ms to 24d.
   */
  queue_timeout?: number | string;
  /**
   * Who goes first; adaptive is fifo, and lifo with short waits while overloaded. Must be one of adaptive, fifo, lifo.
   */
  queue_order?: "adaptive" | "fifo" | "lifo";
  /**
   * Fields in which clients say how long they wait; several may be given. Must be a list, each the name of a header field that HTTP and the proxy leave free, or none.
   */
  patience_header?: "none" | string[] | string;
  /**
   * Field that tells the upstream the seconds left, where a request has a deadline. Must be the name of a header field that HTTP and the proxy leave free, or none.
   */
  deadline_header?: (null | ("none" | "off")) | string;
  /**
   * Permit of a client that left: held while the upstream is thought to work on, or not. Must be one of hold, release.
   */
  abandoned?: "hold" | "release";
  /**
   * Of an answer, held for a client that reads slowly, so that the upstream is done. Must be a size from 0B up.
   */
  response_buffer?: number | string;
  /**
   * Memory for held answers, over all requests. Must be a size from 0B up.
   */
  response_buffer_total?: number | string;
  /**
   * Class of requests, first to last, with the share of the limit kept for it. Must be a list, each a name and the share of the limit that is kept for it, or none.
   */
  priority_class?: "none" | string[] | string;
  /**
   * Field in which clients name their class. Must be the name of a header field, or none.
   */
  priority_header?: (null | ("none" | "off")) | string;
  /**
   * Class of the requests whose path begins like this; of several, the first that fits counts. Must be a list, each the name of a class and how its paths begin, or none.
   */
  priority_path?: "none" | string[] | string;
  /**
   * Field with the key of a client, for --priority-key. Must be the name of a header field, or none.
   */
  api_key_header?: (null | ("none" | "off")) | string;
  /**
   * Class of the requests with this key, as high=KEY; several may be given. Must be a list, each the name of a class and a key, or none.
   */
  priority_key?: "none" | string[] | string;
  /**
   * Whose requests share alike in the time of the upstream: address (behind a --trusted-proxy that of X-Forwarded-For), or header:NAME. Must be address, or header:NAME, or none.
   */
  fairness_key?: (null | ("none" | "off")) | string;
  /**
   * Requests of one key at once, waiting ones included; beyond that 429. Must be a whole number of at least 1, or none.
   */
  max_per_key?: (null | ("none" | "off")) | number;
  /**
   * Name lookup, TCP and TLS to the upstream together. Must be a duration from 1ms to 24d.
   */
  connect_timeout?: number | string;
  /**
   * Longest silence of the upstream, between bytes and to the first one. Must be a duration from 1ms to 24d.
   */
  read_timeout?: number | string;
  /**
   * Longest silence of the upstream before its response begins. Must be a duration from 1ms to 24d.
   */
  first_byte_timeout?: number | string;
  /**
   * The whole request, queue and retries included. Must be a duration from 1ms to 24d, or none.
   */
  request_timeout?: (null | ("none" | "off")) | (number | string);
  /**
   * Longest time for a client to send the header of a request. Must be a duration from 1ms to 24d.
   */
  client_header_timeout?: number | string;
  /**
   * Longest silence of a client that owes us bytes, or takes none. Must be a duration from 1ms to 24d.
   */
  client_body_timeout?: number | string;
  /**
   * How long an idle client connection is kept for its next request. Must be a duration from 1ms to 24d.
   */
  client_idle_timeout?: number | string;
  /**
   * Longest silence of a WebSocket or other upgraded connection. Must be a duration from 1ms to 24d.
   */
  tunnel_idle_timeout?: number | string;
  /**
   * Connections kept open to an upstream when idle. Must be a whole number of at least 0.
   */
  pool_connections?: number;
  /**
   * Most connections open to an upstream. Must be a whole number of at least 1.
   */
  pool_maxsize?: number;
  /**
   * How long an idle upstream connection is kept; less than the upstream keeps it. Must be a duration from 1ms to 24d.
   */
  pool_idle_timeout?: number | string;
  /**
   * Longest age of a connection to the upstream; it is closed after the request that it then carries. Must be a duration from 1ms to 24d, or none.
   */
  pool_max_age?: (null | ("none" | "off")) | (number | string);
  /**
   * Attempts after the first. Must be a whole number from 0 to 100.
   */
  max_retries?: number;
  /**
   * Further attempts, before those of --max-retries and soon, while other requests of the same moment succeed; none: 2 where --max-retries is 2, as by default, else 0. Must be a whole number from 0 to 100, or none.
   */
  quick_retries?: (null | ("none" | "off")) | number;
  /**
   * The n-th wait is drawn from 0 to factor x 2^(n-1) seconds, at most 30 s. Must be a number from 0 to 30.
   */
  retry_backoff_factor?: number;
  /**
   * Also retry idempotent requests whose upstream was silent too long. Must be true or false.
   */
  retry_on_timeout?: boolean;
  /**
   * Further statuses that idempotent requests are retried on, besides 502, 503 and 504. Must be a list, each a whole number from 400 to 599, or none.
   */
  retry_on?: "none" | number[] | number;
  /**
   * Largest request body held for a retry; larger ones stream and are sent once. Must be a size from 0B up.
   */
  retry_body_limit?: number | string;
  /**
   * Memory for held request bodies, over all requests. Must be a size from 0B up.
   */
  retry_body_total?: number | string;
  /**
   * Most retries, as a share of the requests, yet always 1 a second, 3 at once and 100 after a quiet time; 0% is none at all. Must be a share from 0% to 100%.
   */
  retry_budget?: number | string;
  /**
   * Consecutive failures that open the breaker; 0 switches this rule off. Must be a whole number of at least 0.
   */
  circuit_breaker_threshold?: number;
  /**
   * Time open before a probe. Must be a duration from 1ms to 24d.
   */
  circuit_breaker_timeout?: number | string;
  /**
   * Each failed probe doubles that time, up to this. Must be a duration from 1ms to 24d.
   */
  circuit_breaker_max_timeout?: number | string;
  /**
   * Up to this share is added by chance, so that several proxies do not probe together. Must be a share from 0% to 100%.
   */
  circuit_breaker_jitter?: number | string;
  /**
   * Probes let through at once while half-open. Must be a whole number from 1 to 1024.
   */
  circuit_breaker_probes?: number;
  /**
   * After closing, requests come back over this time, a tenth of them at first. Must be a duration from 0ms to 24d.
   */
  circuit_breaker_ramp?: number | string;
  /**
   * Share of failures among the latest calls that opens it too; 0% as none. Must be a share from 0% to 100%, or none.
   */
  circuit_breaker_failure_rate?: (null | ("none" | "off")) | (number | string);
  /**
   * Share of slow calls among the latest that opens it too; 0% as none. Must be a share from 0% to 100%, or none.
   */
  circuit_breaker_slow_rate?: (null | ("none" | "off")) | (number | string);
  /**
   * A call without its first byte is slow at this age, ended or not. Must be a duration from 1ms to 24d.
   */
  circuit_breaker_slow_call?: number | string;
  /**
   * How far back calls count for those two rates. Must be a duration from 10ms to 24d.
   */
  circuit_breaker_window?: number | string;
  /**
   * With fewer calls in that window the rates say nothing. Must be a whole number of at least 1.
   */
  circuit_breaker_min_calls?: number;
  /**
   * Largest head of a request (beyond that 431) or of a response (502). Must be a size from 1KiB to 64MiB.
   */
  max_header_size?: number | string;
  /**
   * Largest request body accepted; beyond that 413. Must be a size from 0B up, or none.
   */
  max_body_size?: (null | ("none" | "off")) | (number | string);
  /**
   * What speaks HTTP/1.1: lean, made for this proxy, at about half the CPU time a request; or node, by the libraries node:http and undici. Must be one of lean, node.
   */
  engine?: "lean" | "node";
  /**
   * Least bytes a second at which a client sends a body, over each 10 s in which nothing else holds it up; below it 408. Must be a size from 1B up, or none.
   */
  min_request_body_rate?: (null | ("none" | "off")) | (number | string);
  /**
   * Least bytes a second at which a client reads a response, over each 30 s in which nothing else holds it up; below it the connection is closed. Must be a size from 1B up, or none.
   */
  min_response_rate?: (null | ("none" | "off")) | (number | string);
  /**
   * Most header fields of a request; beyond that 431. Must be a whole number of at least 1, or none.
   */
  max_header_count?: (null | ("none" | "off")) | number;
  /**
   * Requests after which a connection is closed, with the last response. Must be a whole number of at least 1, or none.
   */
  max_requests_per_connection?: (null | ("none" | "off")) | number;
  /**
   * Most requests of a connection under way; what is sent ahead of them waits unread (with --engine lean). Must be a whole number from 1 to 1000.
   */
  max_pipelined_requests?: number;
  /**
   * Delay of the event loop from which new requests are shed; all at twice that. Must be a duration from 10ms to 24d, or none.
   */
  shed_event_loop_delay?: (null | ("none" | "off")) | (number | string);
  /**
   * Share of the heap in use from which new requests are shed; all at 97%. Must be a share from 10% to 100%, or none.
   */
  shed_memory?: (null | ("none" | "off")) | (number | string);
  /**
   * Most open connections of clients: beyond it they are closed unanswered, and new requests are shed from nine tenths of it on. Must be a whole number of at least 1, or none.
   */
  max_client_connections?: (null | ("none" | "off")) | number;
  /**
   * Most open connections from one address, or from one /64 of IPv6; beyond it they are closed unanswered. Must be a whole number of at least 1, or none.
   */
  max_connections_per_address?: (null | ("none" | "off")) | number;
  /**
   * How long requests in flight may finish after SIGTERM, SIGINT or an upgrade; at least --first-byte-timeout, unless set. Must be a duration from 1ms to 24d.
   */
  drain_timeout?: number | string;
  /**
   * File with the id of the process that serves; proxy upgrade needs it. Must be the path of a file, or none.
   */
  pid_file?: (null | ("none" | "off")) | string;
  /**
   * Node that runs the successor at an upgrade, instead of the path of this one. Must be the path of a file, or none.
   */
  upgrade_exec?: (null | ("none" | "off")) | string;
  /**
   * How long the successor may take until it serves; beyond that the upgrade fails. Must be a duration from 1ms to 24d.
   */
  upgrade_timeout?: number | string;
  /**
   * Reload whenever the configuration file changes, as SIGHUP does. Must be true or false.
   */
  watch_config?: boolean;
  /**
   * Least level that is logged. Must be one of trace, debug, info, warn, error, fatal, silent.
   */
  log_level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  /**
   * auto is pretty on a terminal and JSON elsewhere. Must be one of auto, pretty, json.
   */
  log_format?: "auto" | "pretty" | "json";
  /**
   * Log there instead of to standard output; reopened on SIGHUP and SIGUSR1. Must be the path of a file, or none.
   */
  log_file?: (null | ("none" | "off")) | string;
  /**
   * Log one line a request. Must be true or false.
   */
  access_log?: boolean;
  /**
   * Address of the listener for the /proxy-* endpoints, with --admin-port. Must be a host name or an IP address.
   */
  admin_host?: string;
  /**
   * Port of a listener of its own for all /proxy-* endpoints; where clients connect their paths are then forwarded; 0 takes any free one. Must be a whole number from 0 to 65535, or none.
   */
  admin_port?: (null | ("none" | "off")) | number;
  /**
   * Bearer token that every /proxy-* endpoint but /proxy-health asks for. Must be letters, digits and - . _ ~ + / without spaces, = at the end, or none.
   */
  admin_token?: (null | ("none" | "off")) | string;
  /**
   * File with that token, so that no process list shows it. Must be the path of a file, or none.
   */
  admin_token_file?: (null | ("none" | "off")) | string;
  /**
   * Finished requests kept for /proxy-why, and as many failed ones; 0 keeps none. Must be a whole number from 0 to 1000000.
   */
  recent_requests?: number;
  /**
   * Server-Timing in answers: never, to "Prefer: server-timing", or always. Must be one of off, asked, on.
   */
  server_timing?: "off" | "asked" | "on";
  /**
   * OpenTelemetry collector (OTLP over HTTP) that gets a trace of the requests. Must be an http:// or https:// URL of scheme, host and port alone, or none.
   */
  otlp_endpoint?: (null | ("none" | "off")) | string;
  /**
   * Share of the traces started here that are sent; those of clients follow their flag. Must be a share from 0% to 100%.
   */
  otlp_sample?: number | string;
  /**
   * Guarded backends by name, each with its own targets, limit and queue.
   */
  services?: {
    [k: string]: {
      /**
       * Values for a scenario, which all else overrides: quick, balanced, long-requests, massive
       */
      preset?: "quick" | "balanced" | "long-requests" | "massive";
      /**
       * Which Host the upstream sees: the one the client sent, or its own. Must be one of client, target.
       */
      host_header?: "client" | "target";
      /**
       * Certificate authorities (PEM) to trust for https targets, besides the usual. Must be the path of a file, or none.
       */
      target_ca?: (null | ("none" | "off")) | string;
      /**
       * Accept any certificate of an https target; for tests only. Must be true or false.
       */
      target_insecure?: boolean;
      /**
       * Which target gets a request: the least busy, each in its turn, or one for each key. Must be one of least_in_flight, round_robin, hash.
       */
      balance?: "least_in_flight" | "round_robin" | "hash";
      /**
       * What --balance hash sends to one target: a cookie, a header or client address. Must be cookie:NAME, header:NAME or address.
       */
      hash_by?: string;
      /**
       * Times its share of the load beyond which a target sends its keys elsewhere. Must be a number from 1 to 1000.
       */
      hash_load_factor?: number;
      /**
       * A target that comes or comes back gets its share over this time; 0: immediately. Must be a duration from 0ms to 24d.
       */
      slow_start?: number | string;
      /**
       * A name is one target, or each of its addresses is a target of its own. Must be one of one, all.
       */
      resolve?: "one" | "all";
      /**
       * Path that each target is asked for; one that fails gets no requests. Must be a path that begins with /, or none.
       */
      health_path?: (null | ("none" | "off")) | string;
      /**
       * Time from one check of a target to the next, a tenth more or less by chance. Must be a duration from 100ms to 24d.
       */
      health_interval?: number | string;
      /**
       * Longest wait for the response to a check, connecting included. Must be a duration from 10ms to 24d.
       */
      health_timeout?: number | string;
      /**
       * Good checks in a row that bring a target back. Must be a whole number from 1 to 1000.
       */
      health_rise?: number;
      /**
       * Bad checks in a row that take a target down; the first check counts alone. Must be a whole number from 1 to 1000.
       */
      health_fall?: number;
      /**
       * Statuses of a good check; several may be given. Must be a list, each a status from 200 to 599 or a range such as 200-399, or none.
       */
      health_statuses?: "none" | string[] | string;
      /**
       * Port for the checks, where it is not the one of the target. Must be a whole number from 1 to 65535, or none.
       */
      health_port?: (null | ("none" | "off")) | number;
      /**
       * Failures in a row that eject one of several targets; 0: they do not. Must be a whole number from 0 to 1000000.
       */
      outlier_failures?: number;
      /**
       * How far back calls count when failure rates are compared. Must be a duration from 10ms to 24d.
       */
      outlier_window?: number | string;
      /**
       * With fewer calls in the window a rate says nothing; 0: rates eject nobody. Must be a whole number from 0 to 1000000.
       */
      outlier_min_calls?: number;
      /**
       * How long the first ejection lasts; each further one is longer by as much. Must be a duration from 1ms to 24d.
       */
      outlier_ejection?: number | string;
      /**
       * No larger share of the targets is ejected together, but one may be; 0%: none. Must be a share from 0% to 100%.
       */
      outlier_max_ejected?: number | string;
      /**
       * Requests at the upstream at once; auto finds out how many it takes. Must be a whole number from 1 to 65535, or auto.
       */
      max_concurrent_requests?: "auto" | number;
      /**
       * Least that auto goes down to. Must be a whole number from 1 to 65535.
       */
      auto_min?: number;
      /**
       * Most that auto goes up to. Must be a whole number from 1 to 65535.
       */
      auto_max?: number;
      /**
       * How auto finds out: slots for few and long calls, aimd for many and short ones, paced takes the one that fits; gradient is for responses that all take about as long. Must be one of paced, slots, aimd, gradient.
       */
      auto_algorithm?: "paced" | "slots" | "aimd" | "gradient";
      /**
       * Field of answers in which an upstream states how many requests it takes; the limit goes no higher. Must be the name of a header field that HTTP and the proxy leave free, or none.
       */
      capacity_header?: (null | ("none" | "off")) | string;
      /**
       * Path of the upstreams whose JSON states it as max_concurrency; read every 10 s. Must be a path that begins with /, or none.
       */
      capacity_path?: (null | ("none" | "off")) | string;
      /**
       * Requests waiting at once; beyond that they are refused with 503. Must be a whole number of at least 0.
       */
      max_queue_size?: number;
      /**
       * Longest wait in the queue. Must be a duration from 1ms to 24d.
       */
      queue_timeout?: number | string;
      /**
       * Who goes first; adaptive is fifo, and lifo with short waits while overloaded. Must be one of adaptive, fifo, lifo.
       */
      queue_order?: "adaptive" | "fifo" | "lifo";
      /**
       * Fields in which clients say how long they wait; several may be given. Must be a list, each the name of a header field that HTTP and the proxy leave free, or none.
       */
      patience_header?: "none" | string[] | string;
      /**
       * Field that tells the upstream the seconds left, where a request has a deadline. Must be the name of a header field that HTTP and the proxy leave free, or none.
       */
      deadline_header?: (null | ("none" | "off")) | string;
      /**
       * Permit of a client that left: held while the upstream is thought to work on, or not. Must be one of hold, release.
       */
      abandoned?: "hold" | "release";
      /**
       * Of an answer, held for a client that reads slowly, so that the upstream is done. Must be a size from 0B up.
       */
      response_buffer?: number | string;
      /**
       * Class of requests, first to last, with the share of the limit kept for it. Must be a list, each a name and the share of the limit that is kept for it, or none.
       */
      priority_class?: "none" | string[] | string;
      /**
       * Field in which clients name their class. Must be the name of a header field, or none.
       */
      priority_header?: (null | ("none" | "off")) | string;
      /**
       * Class of the requests whose path begins like this; of several, the first that fits counts. Must be a list, each the name of a class and how its paths begin, or none.
       */
      priority_path?: "none" | string[] | string;
      /**
       * Field with the key of a client, for --priority-key. Must be the name of a header field, or none.
       */
      api_key_header?: (null | ("none" | "off")) | string;
      /**
       * Class of the requests with this key, as high=KEY; several may be given. Must be a list, each the name of a class and a key, or none.
       */
      priority_key?: "none" | string[] | string;
      /**
       * Whose requests share alike in the time of the upstream: address (behind a --trusted-proxy that of X-Forwarded-For), or header:NAME. Must be address, or header:NAME, or none.
       */
      fairness_key?: (null | ("none" | "off")) | string;
      /**
       * Requests of one key at once, waiting ones included; beyond that 429. Must be a whole number of at least 1, or none.
       */
      max_per_key?: (null | ("none" | "off")) | number;
      /**
       * Name lookup, TCP and TLS to the upstream together. Must be a duration from 1ms to 24d.
       */
      connect_timeout?: number | string;
      /**
       * Longest silence of the upstream, between bytes and to the first one. Must be a duration from 1ms to 24d.
       */
      read_timeout?: number | string;
      /**
       * Longest silence of the upstream before its response begins. Must be a duration from 1ms to 24d.
       */
      first_byte_timeout?: number | string;
      /**
       * The whole request, queue and retries included. Must be a duration from 1ms to 24d, or none.
       */
      request_timeout?: (null | ("none" | "off")) | (number | string);
      /**
       * Longest silence of a client that owes us bytes, or takes none. Must be a duration from 1ms to 24d.
       */
      client_body_timeout?: number | string;
      /**
       * Longest silence of a WebSocket or other upgraded connection. Must be a duration from 1ms to 24d.
       */
      tunnel_idle_timeout?: number | string;
      /**
       * Connections kept open to an upstream when idle. Must be a whole number of at least 0.
       */
      pool_connections?: number;
      /**
       * Most connections open to an upstream. Must be a whole number of at least 1.
       */
      pool_maxsize?: number;
      /**
       * How long an idle upstream connection is kept; less than the upstream keeps it. Must be a duration from 1ms to 24d.
       */
      pool_idle_timeout?: number | string;
      /**
       * Longest age of a connection to the upstream; it is closed after the request that it then carries. Must be a duration from 1ms to 24d, or none.
       */
      pool_max_age?: (null | ("none" | "off")) | (number | string);
      /**
       * Attempts after the first. Must be a whole number from 0 to 100.
       */
      max_retries?: number;
      /**
       * Further attempts, before those of --max-retries and soon, while other requests of the same moment succeed; none: 2 where --max-retries is 2, as by default, else 0. Must be a whole number from 0 to 100, or none.
       */
      quick_retries?: (null | ("none" | "off")) | number;
      /**
       * The n-th wait is drawn from 0 to factor x 2^(n-1) seconds, at most 30 s. Must be a number from 0 to 30.
       */
      retry_backoff_factor?: number;
      /**
       * Also retry idempotent requests whose upstream was silent too long. Must be true or false.
       */
      retry_on_timeout?: boolean;
      /**
       * Further statuses that idempotent requests are retried on, besides 502, 503 and 504. Must be a list, each a whole number from 400 to 599, or none.
       */
      retry_on?: "none" | number[] | number;
      /**
       * Largest request body held for a retry; larger ones stream and are sent once. Must be a size from 0B up.
       */
      retry_body_limit?: number | string;
      /**
       * Most retries, as a share of the requests, yet always 1 a second, 3 at once and 100 after a quiet time; 0% is none at all. Must be a share from 0% to 100%.
       */
      retry_budget?: number | string;
      /**
       * Consecutive failures that open the breaker; 0 switches this rule off. Must be a whole number of at least 0.
       */
      circuit_breaker_threshold?: number;
      /**
       * Time open before a probe. Must be a duration from 1ms to 24d.
       */
      circuit_breaker_timeout?: number | string;
      /**
       * Each failed probe doubles that time, up to this. Must be a duration from 1ms to 24d.
       */
      circuit_breaker_max_timeout?: number | string;
      /**
       * Up to this share is added by chance, so that several proxies do not probe together. Must be a share from 0% to 100%.
       */
      circuit_breaker_jitter?: number | string;
      /**
       * Probes let through at once while half-open. Must be a whole number from 1 to 1024.
       */
      circuit_breaker_probes?: number;
      /**
       * After closing, requests come back over this time, a tenth of them at first. Must be a duration from 0ms to 24d.
       */
      circuit_breaker_ramp?: number | string;
      /**
       * Share of failures among the latest calls that opens it too; 0% as none. Must be a share from 0% to 100%, or none.
       */
      circuit_breaker_failure_rate?: (null | ("none" | "off")) | (number | string);
      /**
       * Share of slow calls among the latest that opens it too; 0% as none. Must be a share from 0% to 100%, or none.
       */
      circuit_breaker_slow_rate?: (null | ("none" | "off")) | (number | string);
      /**
       * A call without its first byte is slow at this age, ended or not. Must be a duration from 1ms to 24d.
       */
      circuit_breaker_slow_call?: number | string;
      /**
       * How far back calls count for those two rates. Must be a duration from 10ms to 24d.
       */
      circuit_breaker_window?: number | string;
      /**
       * With fewer calls in that window the rates say nothing. Must be a whole number of at least 1.
       */
      circuit_breaker_min_calls?: number;
      /**
       * Largest request body accepted; beyond that 413. Must be a size from 0B up, or none.
       */
      max_body_size?: (null | ("none" | "off")) | (number | string);
      /**
       * Least bytes a second at which a client sends a body, over each 10 s in which nothing else holds it up; below it 408. Must be a size from 1B up, or none.
       */
      min_request_body_rate?: (null | ("none" | "off")) | (number | string);
      /**
       * Least bytes a second at which a client reads a response, over each 30 s in which nothing else holds it up; below it the connection is closed. Must be a size from 1B up, or none.
       */
      min_response_rate?: (null | ("none" | "off")) | (number | string);
      /**
       * Server-Timing in answers: never, to "Prefer: server-timing", or always. Must be one of off, asked, on.
       */
      server_timing?: "off" | "asked" | "on";
      /**
       * The addresses of the service.
       */
      targets:
        | (
            | string
            | {
                /**
                 * Must be an http:// or https:// URL of scheme, host and port alone.
                 */
                url: string;
                /**
                 * Its share of the requests beside the other targets' weights.
                 */
                weight?: number;
                /**
                 * The most requests it gets concurrently, within the limit of the service.
                 */
                max_concurrent_requests?: number;
              }
          )
        | [
            (
              | string
              | {
                  /**
                   * Must be an http:// or https:// URL of scheme, host and port alone.
                   */
                  url: string;
                  /**
                   * Its share of the requests beside the other targets' weights.
                   */
                  weight?: number;
                  /**
                   * The most requests it gets concurrently, within the limit of the service.
                   */
                  max_concurrent_requests?: number;
                }
            ),
            ...(
              | string
              | {
                  /**
                   * Must be an http:// or https:// URL of scheme, host and port alone.
                   */
                  url: string;
                  /**
                   * Its share of the requests beside the other targets' weights.
                   */
                  weight?: number;
                  /**
                   * The most requests it gets concurrently, within the limit of the service.
                   */
                  max_concurrent_requests?: number;
                }
            )[]
          ];
    };
  };
  /**
   * Which requests go to which service.
   */
  routes?: {
    /**
     * Which Host the upstream sees: the one the client sent, or its own. Must be one of client, target.
     */
    host_header?: "client" | "target";
    /**
     * Longest wait in the queue. Must be a duration from 1ms to 24d.
     */
    queue_timeout?: number | string;
    /**
     * Fields in which clients say how long they wait; several may be given. Must be a list, each the name of a header field that HTTP and the proxy leave free, or none.
     */
    patience_header?: "none" | string[] | string;
    /**
     * Field that tells the upstream the seconds left, where a request has a deadline. Must be the name of a header field that HTTP and the proxy leave free, or none.
     */
    deadline_header?: (null | ("none" | "off")) | string;
    /**
     * Of an answer, held for a client that reads slowly, so that the upstream is done. Must be a size from 0B up.
     */
    response_buffer?: number | string;
    /**
     * Longest silence of the upstream, between bytes and to the first one. Must be a duration from 1ms to 24d.
     */
    read_timeout?: number | string;
    /**
     * Longest silence of the upstream before its response begins. Must be a duration from 1ms to 24d.
     */
    first_byte_timeout?: number | string;
    /**
     * The whole request, queue and retries included. Must be a duration from 1ms to 24d, or none.
     */
    request_timeout?: (null | ("none" | "off")) | (number | string);
    /**
     * Longest silence of a client that owes us bytes, or takes none. Must be a duration from 1ms to 24d.
     */
    client_body_timeout?: number | string;
    /**
     * Longest silence of a WebSocket or other upgraded connection. Must be a duration from 1ms to 24d.
     */
    tunnel_idle_timeout?: number | string;
    /**
     * Attempts after the first. Must be a whole number from 0 to 100.
     */
    max_retries?: number;
    /**
     * Further attempts, before those of --max-retries and soon, while other requests of the same moment succeed; none: 2 where --max-retries is 2, as by default, else 0. Must be a whole number from 0 to 100, or none.
     */
    quick_retries?: (null | ("none" | "off")) | number;
    /**
     * The n-th wait is drawn from 0 to factor x 2^(n-1) seconds, at most 30 s. Must be a number from 0 to 30.
     */
    retry_backoff_factor?: number;
    /**
     * Also retry idempotent requests whose upstream was silent too long. Must be true or false.
     */
    retry_on_timeout?: boolean;
    /**
     * Further statuses that idempotent requests are retried on, besides 502, 503 and 504. Must be a list, each a whole number from 400 to 599, or none.
     */
    retry_on?: "none" | number[] | number;
    /**
     * Largest request body held for a retry; larger ones stream and are sent once. Must be a size from 0B up.
     */
    retry_body_limit?: number | string;
    /**
     * Largest request body accepted; beyond that 413. Must be a size from 0B up, or none.
     */
    max_body_size?: (null | ("none" | "off")) | (number | string);
    /**
     * Least bytes a second at which a client sends a body, over each 10 s in which nothing else holds it up; below it 408. Must be a size from 1B up, or none.
     */
    min_request_body_rate?: (null | ("none" | "off")) | (number | string);
    /**
     * Least bytes a second at which a client reads a response, over each 30 s in which nothing else holds it up; below it the connection is closed. Must be a size from 1B up, or none.
     */
    min_response_rate?: (null | ("none" | "off")) | (number | string);
    /**
     * Server-Timing in answers: never, to "Prefer: server-timing", or always. Must be one of off, asked, on.
     */
    server_timing?: "off" | "asked" | "on";
    /**
     * Takes requests for this host: api.example.com, *.example.com or [2001:db8::1].
     */
    host?: string;
    /**
     * Takes requests of which the path begins so, up to the end of a segment.
     */
    path?: string;
    /**
     * Takes requests with one of these methods.
     */
    methods?: string | [string, ...string[]];
    /**
     * Takes requests with these fields: a value, or true for any and false for none.
     */
    headers?: {
      [k: string]: string | boolean;
    };
    /**
     * The service that gets the requests; may be left out where there is only one.
     */
    service?: string;
    /**
     * The class of the requests, whatever the client says.
     */
    priority_class?: string;
    /**
     * Taken from the front of the path.
     */
    strip_prefix?: string;
    /**
     * Put in front of the path, after stripping.
     */
    add_prefix?: string;
    /**
     * Changes to the fields of requests: removed first, then set, then added.
     */
    request_headers?: {
      remove?: string | [string, ...string[]];
      set?: {
        [k: string]: string;
      };
      add?: {
        [k: string]: string;
      };
    };
    /**
     * Changes to the fields of responses of targets: removed first, then set, then added.
     */
    response_headers?: {
      remove?: string | [string, ...string[]];
      set?: {
        [k: string]: string;
      };
      add?: {
        [k: string]: string;
      };
    };
  }[];
  /**
   * Where clients connect, instead of port and unix_socket.
   */
  listen?:
    | ({
        [k: string]: unknown;
      } & {
        /**
         * Must be a host name or an IP address; left out: that of --host.
         */
        host?: string;
        /**
         * Port to listen on; 0 takes any free one.
         */
        port?: number;
        /**
         * Path of a Unix socket, instead of host and port.
         */
        unix_socket?: string;
        /**
         * Must be an octal mode such as 0660.
         */
        unix_socket_mode?: string;
        /**
         * Whether clients speak TLS; left out: they do if there is a certificate.
         */
        tls?: boolean;
        /**
         * Connections begin with a header of the PROXY protocol.
         */
        proxy_protocol?: boolean;
      })
    | [
        (
          | {
              [k: string]: unknown;
            }
          | {
              [k: string]: unknown;
            }
        ) & {
          /**
           * Must be a host name or an IP address; left out: that of --host.
           */
          host?: string;
          /**
           * Port to listen on; 0 takes any free one.
           */
          port?: number;
          /**
           * Path of a Unix socket, instead of host and port.
           */
          unix_socket?: string;
          /**
           * Must be an octal mode such as 0660.
           */
          unix_socket_mode?: string;
          /**
           * Whether clients speak TLS; left out: they do if there is a certificate.
           */
          tls?: boolean;
          /**
           * Connections begin with a header of the PROXY protocol.
           */
          proxy_protocol?: boolean;
        } & (
            | {
                [k: string]: unknown;
              }
            | {
                [k: string]: unknown;
              }
          ) & {
            /**
             * Must be a host name or an IP address; left out: that of --host.
             */
            host?: string;
            /**
             * Port to listen on; 0 takes any free one.
             */
            port?: number;
            /**
             * Path of a Unix socket, instead of host and port.
             */
            unix_socket?: string;
            /**
             * Must be an octal mode such as 0660.
             */
            unix_socket_mode?: string;
            /**
             * Whether clients speak TLS; left out: they do if there is a certificate.
             */
            tls?: boolean;
            /**
             * Connections begin with a header of the PROXY protocol.
             */
            proxy_protocol?: boolean;
          },
        ...((
          | {
              [k: string]: unknown;
            }
          | {
              [k: string]: unknown;
            }
        ) & {
          /**
           * Must be a host name or an IP address; left out: that of --host.
           */
          host?: string;
          /**
           * Port to listen on; 0 takes any free one.
           */
          port?: number;
          /**
           * Path of a Unix socket, instead of host and port.
           */
          unix_socket?: string;
          /**
           * Must be an octal mode such as 0660.
           */
          unix_socket_mode?: string;
          /**
           * Whether clients speak TLS; left out: they do if there is a certificate.
           */
          tls?: boolean;
          /**
           * Connections begin with a header of the PROXY protocol.
           */
          proxy_protocol?: boolean;
        } & (
            | {
                [k: string]: unknown;
              }
            | {
                [k: string]: unknown;
              }
          ) & {
            /**
             * Must be a host name or an IP address; left out: that of --host.
             */
            host?: string;
            /**
             * Port to listen on; 0 takes any free one.
             */
            port?: number;
            /**
             * Path of a Unix socket, instead of host and port.
             */
            unix_socket?: string;
            /**
             * Must be an octal mode such as 0660.
             */
            unix_socket_mode?: string;
            /**
             * Whether clients speak TLS; left out: they do if there is a certificate.
             */
            tls?: boolean;
            /**
             * Connections begin with a header of the PROXY protocol.
             */
            proxy_protocol?: boolean;
          })[]
      ];
}
