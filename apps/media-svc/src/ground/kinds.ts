import type { StoredKind } from '@aftertone/event-store';
import { mediaAggregate } from '../media/media.aggregate.ts';
import { promptAggregate } from '../prompts/prompt.aggregate.ts';

/** Every kind of stream in this service's log. */
export const kinds: readonly StoredKind[] = [mediaAggregate, promptAggregate];
