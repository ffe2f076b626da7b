/** Ends of parameter names, without case and separators, that announce a secret. */
const secretEndings =
  /(token|secret|password|passwd|passphrase|pwd|signature|credentials?|apikey|accesskey|secretkey|privatekey|subscriptionkey|sessionid|authorization|jwt|hmac)$/;
/** Names that mean a secret alone, and other things at the end of a longer one. */
const secretNames = /^(key|sig|code|auth|pass|sid|session|otp|pin)$/;

/**
 * A request target to be shown: values of parameters that are named like secrets, and the user of an
 * absolute-form target, as `***`. A value in the path, or under an innocent name, stays.
 */
export function maskSecrets(url: string): string {
  const withoutUser = url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1***@');
  const start = withoutUser.indexOf('?');
  if (start === -1) return withoutUser;
  const query = withoutUser
    .slice(start)
    .replace(/([?&;])([^=&;]+)=[^&;]*/g, (parameter, separator: string, name: string) =>
      isSecret(name) ? `${separator}${name}=***` : parameter,
    );
  return withoutUser.slice(0, start) + query;
}

function isSecret(name: string): boolean {
  const plain = decoded(name)
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');
  return secretNames.test(plain) || secretEndings.test(plain);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
