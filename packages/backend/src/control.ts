import type { IncomingMessage, ServerResponse } from 'node:http';
import { makePlan, ScriptError } from './plan.ts';
import { sendJson } from './routes/send-json.ts';
import type { Service } from './service.ts';

const longestFreezeMs = 60_000;

async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || '{}');
  } catch (error) {
    throw new ScriptError([`body: ${(error as Error).message}`]);
  }
}

/** PUT: fields that aren't named take their defaults. PATCH: they stay. */
async function change(service: Service, req: IncomingMessage): Promise<void> {
  const fields = await readJson(req);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new ScriptError(['body: expected an object']);
  }
  const base = req.method === 'PATCH' ? service.plan.script : {};
  service.run(makePlan({ ...base, ...fields }));
}

type Handler = (service: Service, req: IncomingMessage, res: ServerResponse) => unknown;

const handlers: Record<string, Handler> = {
  'GET /backend-control': ({ plan }, _req, res) => sendJson(res, 200, plan.script),
  'PUT /backend-control': async (service, req, res) => {
    await change(service, req);
    sendJson(res, 200, service.plan.script);
  },
  'PATCH /backend-control': (...args) => handlers['PUT /backend-control']?.(...args),
  'GET /backend-stats': ({ tally }, _req, res) => sendJson(res, 200, tally.snapshot()),
  'POST /backend-reset': (service, _req, res) => {
    service.reset();
    sendJson(res, 200, service.plan.script);
  },
  'POST /backend-release': (service, _req, res) =>
    sendJson(res, 200, { released: service.releaseAll() }),
  /** The whole process stands still, as in a long garbage collection: nothing is even accepted. */
  'POST /backend-freeze': (_service, req, res) => {
    const ms = Number(new URL(req.url ?? '', 'http://backend').searchParams.get('ms') ?? 1000);
    if (!(ms >= 0 && ms <= longestFreezeMs)) {
      throw new ScriptError([`ms: expected 0 to ${longestFreezeMs}`]);
    }
    sendJson(res, 200, { frozenMs: ms });
    res.on('finish', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    });
  },
};

export function isControl(url: string): boolean {
  return url.startsWith('/backend-');
}

/** The backend's own paths: never delayed, never faulty, never counted. */
export async function handleControl(
  service: Service,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const path = (req.url ?? '').split('?', 1)[0];
  const handler = handlers[`${req.method} ${path}`];
  if (!handler) {
    sendJson(res, 404, { errors: [`no ${req.method} ${path}`], paths: Object.keys(handlers) });
    return;
  }
  try {
    await handler(service, req, res);
  } catch (error) {
    // A caller that left in the middle of its body needs no answer.
    if (!req.complete) return;
    if (!(error instanceof ScriptError)) throw error;
    sendJson(res, 400, { errors: error.problems });
  }
}
