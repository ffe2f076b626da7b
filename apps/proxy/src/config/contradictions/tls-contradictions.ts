import { type ContradictionRule, contradiction } from './contradiction-rule.ts';

/** Certificates and keys go in pairs. */
export const tlsContradictions: readonly ContradictionRule[] = [
  ({ tlsCertFiles, tlsKeyFiles }, sources) => {
    const [certs, keys] = [tlsCertFiles.length, tlsKeyFiles.length];
    // Where only one of the two is given, that is told already.
    if (certs === keys || certs === 0 || keys === 0) return [];
    const message = `${certs} --tls-cert and ${keys} --tls-key: each certificate needs its key, in the same order`;
    return [contradiction(sources.tlsKeyFiles, message)];
  },
];
