import { describeSource, type OptionProblem, problem, type ValueSource } from '@spillway/options';

interface GivenTls {
  readonly tls?: ValueSource;
  readonly tlsCertFiles?: ValueSource;
  readonly tlsKeyFiles?: ValueSource;
  readonly tlsClientCaFile?: ValueSource;
  readonly tlsClientAuth?: ValueSource;
  readonly httpRedirectPort?: ValueSource;
}

/** What is given without that which gives it a meaning. */
export const tlsConflicts: readonly ((given: GivenTls) => OptionProblem | null)[] = [
  ({ tlsCertFiles, tlsKeyFiles }) =>
    tlsCertFiles && !tlsKeyFiles
      ? conflict(tlsCertFiles, '--tls-cert needs --tls-key, the key of the certificate')
      : null,
  ({ tlsCertFiles, tlsKeyFiles }) =>
    tlsKeyFiles && !tlsCertFiles
      ? conflict(tlsKeyFiles, '--tls-key needs --tls-cert, the certificate of the key')
      : null,
  ({ tls, tlsCertFiles }) =>
    isValue(tls) && isValue(tlsCertFiles)
      ? conflict(
          tls,
          `--tls self-signed and --tls-cert exclude each other; --tls-cert is given by ${describeSource(tlsCertFiles)}`,
        )
      : null,
  ({ tlsClientCaFile, ...given }) =>
    isValue(tlsClientCaFile) && !offersTls(given)
      ? conflict(tlsClientCaFile, '--tls-client-ca needs --tls-cert: only TLS clients present any')
      : null,
  ({ tlsClientAuth, tlsClientCaFile }) =>
    tlsClientAuth && !tlsClientCaFile
      ? conflict(
          tlsClientAuth,
          '--tls-client-auth needs --tls-client-ca, whose certificates are accepted',
        )
      : null,
  ({ httpRedirectPort, ...given }) =>
    isValue(httpRedirectPort) && !offersTls(given)
      ? conflict(httpRedirectPort, '--http-redirect-port needs --tls-cert: there is no https yet')
      : null,
];

const offersTls = ({ tls, tlsCertFiles }: GivenTls): boolean =>
  isValue(tls) || isValue(tlsCertFiles);

/** A file may say of each that there is none. */
const isValue = (source: ValueSource | undefined): source is ValueSource =>
  source !== undefined && !/^"?(none|off|null)"?$/i.test(source.literal ?? '');

function conflict(source: ValueSource, message: string): OptionProblem {
  return problem('conflict', describeSource(source), message);
}
