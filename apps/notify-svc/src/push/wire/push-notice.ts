import { createHash } from 'node:crypto';

/** What a device is told, whichever service carries it. */
export interface PushNotice {
  title: string;
  body: string;
  /** Number at the app's icon. */
  badge: number;
  data: PushData;
  /** Is shown at once, also where that costs battery. */
  urgent: boolean;
  /** A later notice with the same takes the place of an earlier one; null: none does. */
  collapseId: string | null;
}

/** Read by the app, not shown. */
export interface PushData {
  notification_type: string;
  items: Readonly<Record<string, unknown>>;
}

/**
 * How a push ended. `gone`: the device is not there any more and need not be told again; `refused`: this notice is not
 * taken, for good; `failed`: try again, after `retryAfterMs` if the service said so. `detail` is one line without secrets.
 */
export interface PushResult {
  outcome: 'delivered' | 'refused' | 'failed' | 'gone';
  detail: string;
  /** HTTP status; null: there was no answer. */
  status: number | null;
  retryAfterMs: number | null;
}

/** Hands a notice for one device to its push service. Never rejects; `signal` ends the attempt. */
export type PushOver<Config, Device> = (
  config: Config,
  device: Device,
  notice: PushNotice,
  signal: AbortSignal,
) => Promise<PushResult>;

export interface NewMessage {
  callerName: string | null;
  callerNumber: string | null;
  /** What the app is given of the message. */
  items: Readonly<Record<string, unknown>>;
  badge: number;
  urgent: boolean;
  collapseId: string | null;
  at: Date;
}

const callerLine = (name: string | null, number: string | null): string => {
  if (name === null || name === '') return number || 'unknown';
  return number === null || number === '' ? name : `${name} (${number})`;
};

/** The notice of a new message, in the form that Wazo's mobile apps read. */
export const newMessageNotice = (message: NewMessage): PushNotice => ({
  title: 'New Voicemail',
  body: `From: ${callerLine(message.callerName, message.callerNumber)}`,
  badge: message.badge,
  data: {
    notification_type: 'voicemailReceived',
    items: { ...message.items, notification_timestamp: message.at.toISOString(), data_only: true },
  },
  urgent: message.urgent,
  collapseId: message.collapseId,
});

/** Services limit the length and the letters of a key to collapse by. 32 letters of base64url, the same for the same id. */
export const collapseKey = (collapseId: string): string =>
  createHash('sha256').update(collapseId).digest('base64url').slice(0, 32);
