import type { Prompt, PromptAddress } from '@aftertone/contracts';
import type { EventStore, RecordedEvent } from '@aftertone/event-store';
import { z } from 'zod';
import { heardPrompt } from './heard-prompt.ts';
import { promptAggregate } from './prompt.aggregate.ts';
import type { PromptEvent, PromptReplaced } from './prompt.ts';
import { promptId } from './prompt-id.ts';

/** What is kept under the key of a replacement. The version before kept nothing. */
export const replacementResult = z.object({ version: z.number().optional() });

type Replacement = RecordedEvent<PromptEvent> & PromptReplaced;

const historyPage = 200;

const isReplacement = (event: RecordedEvent<PromptEvent>): event is Replacement => event.type === 'PromptReplaced';

/** By the version before: the last time that these bytes replaced it. */
const lastOf = async (store: EventStore, tenantId: string, address: PromptAddress, sha256: string) => {
  let found: Replacement | undefined;
  for (let afterVersion = 0; ; ) {
    const page = { afterVersion, limit: historyPage };
    const events = await store.history(promptAggregate, tenantId, promptId(address), page);
    found = events.filter(isReplacement).findLast(({ data }) => data.sha256 === sha256) ?? found;
    const last = events.at(-1);
    if (last === undefined || events.length < historyPage) return found;
    afterVersion = last.version;
  }
};

const at = async (store: EventStore, tenantId: string, address: PromptAddress, version: number) => {
  const page = { afterVersion: version - 1, limit: 1 };
  const events = await store.history(promptAggregate, tenantId, promptId(address), page);
  return events.find(isReplacement);
};

/** As a request under a key was answered the first time, whatever became of the prompt. @param result kept under the key */
export const firstAnswer = async (
  store: EventStore,
  { tenantId, address, sha256, result }: { tenantId: string; address: PromptAddress; sha256: string; result: unknown },
): Promise<Prompt> => {
  const { version } = replacementResult.parse(result);
  const found =
    version === undefined
      ? await lastOf(store, tenantId, address, sha256)
      : await at(store, tenantId, address, version);
  if (found === undefined) throw new Error('a prompt that was replaced under this key has no such event');
  const own = { ...found.data, replacedAt: new Date(found.data.replacedAt) };
  return heardPrompt(address, { own, version: found.version, lost: false });
};
