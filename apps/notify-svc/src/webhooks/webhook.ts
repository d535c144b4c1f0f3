import type { MissedEvents, WebhookEventType, WebhookFormat } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';
import { type Hold, holdsAfter } from './holds.ts';

/** What is set on a webhook. Of headers only the names: their values and the secret are sealed elsewhere. */
export interface WebhookSettings {
  name: string;
  url: string;
  events: readonly WebhookEventType[];
  format: WebhookFormat;
  enabled: boolean;
  noticeTo: string | null;
  headerNames: readonly string[];
}

/** Why nothing is sent to it any more. */
export interface Pause {
  /** Attempts in a row that failed, since then. */
  failures: number;
  since: string;
  /** Of the last one. */
  detail: string;
}

type Event<Type extends string, Data> = DomainEvent<Type, Data>;

export type WebhookEvent =
  /** `mailboxId` null: it is told of all mailboxes of the tenant. */
  | Event<'WebhookCreated', { mailboxId: string | null; settings: WebhookSettings; createdAt: string }>
  | Event<'WebhookChanged', { settings: WebhookSettings; changedAt: string }>
  /** `previousUntil`: until when the secret before signs, too; null: not at all. */
  | Event<'WebhookSecretRotated', { previousUntil: string | null; rotatedAt: string }>
  | Event<'WebhookPaused', Pause & { pausedAt: string }>
  /** `missed`: what it is not told of; absent: nothing. */
  | Event<'WebhookResumed', { resumedAt: string; missed?: MissedEvents }>
  | Event<'WebhookDeleted', { mailboxId: string | null; deletedAt: string }>;

export interface LiveWebhook {
  status: 'active' | 'paused';
  mailboxId: string | null;
  settings: WebhookSettings;
  previousUntil: string | null;
  paused: (Pause & { pausedAt: string }) | null;
  /** When it was held, the oldest first. */
  holds: readonly Hold[];
  createdAt: string;
  updatedAt: string;
}

export type WebhookState = { status: 'absent' } | { status: 'deleted'; mailboxId: string | null } | LiveWebhook;

export const isLive = (state: WebhookState): state is LiveWebhook =>
  state.status === 'active' || state.status === 'paused';

/** Deliveries to it wait: it is paused or turned off. */
export const isHeld = ({ status, settings }: LiveWebhook): boolean => status === 'paused' || !settings.enabled;

const changed = (state: WebhookState, event: WebhookEvent): WebhookState => {
  if (event.type === 'WebhookCreated') {
    const { createdAt } = event.data;
    return { status: 'active', ...event.data, previousUntil: null, paused: null, holds: [], updatedAt: createdAt };
  }
  if (!isLive(state)) return state;
  switch (event.type) {
    case 'WebhookChanged':
      return { ...state, settings: event.data.settings, updatedAt: event.data.changedAt };
    case 'WebhookSecretRotated':
      return { ...state, previousUntil: event.data.previousUntil, updatedAt: event.data.rotatedAt };
    case 'WebhookPaused':
      return { ...state, status: 'paused', paused: event.data, updatedAt: event.data.pausedAt };
    case 'WebhookResumed':
      return { ...state, status: 'active', paused: null, updatedAt: event.data.resumedAt };
    case 'WebhookDeleted':
      return { status: 'deleted', mailboxId: event.data.mailboxId };
  }
};

/** The webhook after one of its events. */
export const evolve = (state: WebhookState, event: WebhookEvent): WebhookState => {
  const after = changed(state, event);
  return isLive(after) ? { ...after, holds: holdsAfter(after.holds, isHeld(after), after.updatedAt) } : after;
};
