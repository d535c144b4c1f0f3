import type { Message as PublicMessage } from '@aftertone/contracts';
import type { Caller, MessageFacts } from './message.ts';

interface MessagePlace {
  tenantId: string;
  id: string;
  version: number;
}

const erased: Caller = { callerNumber: null, callerName: null, calledNumber: null, callId: null };

export const toPublicMessage = (
  { heardAt, legalHold, ...message }: MessageFacts,
  caller: Caller | undefined,
  { tenantId, id, version }: MessagePlace,
): PublicMessage => ({
  id,
  tenantId,
  ...message,
  heard: heardAt !== null,
  heardAt,
  ...(caller ?? erased),
  legalHold: legalHold ?? null,
  version,
});
