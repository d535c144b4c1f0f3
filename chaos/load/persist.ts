import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './api.ts';
import type { Try } from './ledger.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
const PATIENCE_MS = 180_000;

const detailOf = ({ body }: Answer): string | undefined => {
  if (typeof body === 'string') return body;
  const code = (body as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

/** Whether trying again later is what the answer asks for. */
const isTransient = (status: Answer['status']): boolean => status === 'broken' || status === 429 || status >= 500;

/** Asks until there is an answer that stays, as a careful client does, or `abandoned`; every try is written down. */
export async function persist(tries: Try[], ask: () => Promise<Answer>, abandoned: AbortSignal): Promise<Answer> {
  const end = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const began = performance.now();
    const at = Date.now();
    const answer = await ask();
    tries.push({ at, ms: performance.now() - began, status: answer.status, detail: detailOf(answer) });
    if (!isTransient(answer.status) || performance.now() >= end || abandoned.aborted) return answer;
    await delay(pauseMs);
  }
}
