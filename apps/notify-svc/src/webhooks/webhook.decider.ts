import { isDeepStrictEqual } from 'node:util';
import type { MissedEvents } from '@aftertone/contracts';
import { type Command, type Decider, invalid, notFound } from '@aftertone/kernel';
import {
  evolve,
  isLive,
  type LiveWebhook,
  type Pause,
  type WebhookEvent,
  type WebhookSettings,
  type WebhookState,
} from './webhook.ts';

/** Names of headers whose values are set, are to be as they were, or go. */
export interface HeaderChanges {
  set: readonly string[];
  kept: readonly string[];
  removed: readonly string[];
}

type Settings = Omit<WebhookSettings, 'headerNames'>;

/** The URL has been checked. */
export type CreateWebhook = Command<
  'CreateWebhook',
  { mailboxId: string | null; settings: Settings; headers: HeaderChanges }
>;
export type ChangeWebhook = Command<'ChangeWebhook', { changes: Partial<Settings>; headers: HeaderChanges }>;
export type RotateSecret = Command<'RotateSecret', { overlapSeconds: number }>;
export type PauseWebhook = Command<'PauseWebhook', Pause>;
export type ResumeWebhook = Command<'ResumeWebhook', { missed: MissedEvents | null }>;
export type DeleteWebhook = Command<'DeleteWebhook', Record<string, never>>;

export type WebhookCommand =
  | CreateWebhook
  | ChangeWebhook
  | RotateSecret
  | PauseWebhook
  | ResumeWebhook
  | DeleteWebhook;

export const webhookMissing = () => notFound('webhook-not-found', 'There is no such webhook.');

const mostHeaders = 20;

const lower = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));

const headerNames = (before: readonly string[], { set, kept, removed }: HeaderChanges): string[] => {
  const known = lower(before);
  const empty = kept.filter((name) => !known.has(name.toLowerCase()));
  if (empty.length > 0) {
    const errors = empty.map((name) => ({ path: `headers.${name}`, message: 'must have a value: none is kept' }));
    throw invalid('header-without-value', 'A header that is new needs a value.', { errors });
  }
  const gone = new Set([...lower(set), ...lower(removed)]);
  const names = [...before.filter((name) => !gone.has(name.toLowerCase())), ...set];
  if (names.length > mostHeaders) throw invalid('too-many-headers', `A webhook has ${mostHeaders} headers at most.`);
  return names.sort();
};

/** The format of Voicemail Pro has words for a new message only. */
const checked = (settings: WebhookSettings): WebhookSettings => {
  const { format, events } = settings;
  if (format === 'voicemail-pro' && !isDeepStrictEqual([...events], ['message_created'])) {
    throw invalid(
      'webhook-format-events',
      'The format voicemail-pro tells of new messages only: set `events` to message_created, or `format` to standard.',
    );
  }
  return settings;
};

const change = ({ data, meta }: ChangeWebhook, { settings: before }: LiveWebhook): WebhookEvent[] => {
  const names = headerNames(before.headerNames, data.headers);
  const settings = checked({ ...before, ...data.changes, headerNames: names });
  // A new value of a header is a change, although nothing of it is to be seen here.
  const same = data.headers.set.length === 0 && isDeepStrictEqual(settings, before);
  return same ? [] : [{ type: 'WebhookChanged', data: { settings, changedAt: meta.now } }];
};

const later = (now: string, seconds: number): string => new Date(Date.parse(now) + seconds * 1000).toISOString();

const resumed = ({ data: { missed }, meta }: ResumeWebhook): WebhookEvent => ({
  type: 'WebhookResumed',
  data: { resumedAt: meta.now, ...(missed !== null && { missed }) },
});

const decide = (command: WebhookCommand, state: WebhookState): WebhookEvent[] => {
  const { now } = command.meta;
  if (command.type === 'CreateWebhook') {
    if (state.status !== 'absent') return [];
    const { mailboxId, settings: given, headers } = command.data;
    const settings = checked({ ...given, headerNames: headerNames([], headers) });
    return [{ type: 'WebhookCreated', data: { mailboxId, settings, createdAt: now } }];
  }
  if (!isLive(state)) throw webhookMissing();
  switch (command.type) {
    case 'ChangeWebhook':
      return change(command, state);
    case 'RotateSecret': {
      const { overlapSeconds } = command.data;
      const previousUntil = overlapSeconds === 0 ? null : later(now, overlapSeconds);
      return [{ type: 'WebhookSecretRotated', data: { previousUntil, rotatedAt: now } }];
    }
    case 'PauseWebhook':
      return state.status === 'paused' ? [] : [{ type: 'WebhookPaused', data: { ...command.data, pausedAt: now } }];
    case 'ResumeWebhook':
      return state.status === 'active' ? [] : [resumed(command)];
    case 'DeleteWebhook':
      return [{ type: 'WebhookDeleted', data: { mailboxId: state.mailboxId, deletedAt: now } }];
  }
};

export const webhookDecider: Decider<WebhookState, WebhookCommand, WebhookEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
