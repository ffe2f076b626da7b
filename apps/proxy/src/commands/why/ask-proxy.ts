import type { WhyAddress } from './why-address.ts';

/** What the proxy says, or why it says nothing. */
export type ProxyAnswer =
  | { readonly status: number; readonly body: unknown }
  | { readonly unreachable: string };

const timeoutMs = 10_000;

/** One of the proxy's own endpoints. */
export async function askProxy(
  { url, token }: WhyAddress,
  path: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<ProxyAnswer> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      // Whoever redirects is no proxy of ours, and gets no token.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    return { unreachable: reasonOf(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** fetch hides what happened one or two causes below "fetch failed". */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { code, message: below } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? below ?? message;
}
