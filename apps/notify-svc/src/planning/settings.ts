import { type AudioFormat, builtInNotify } from '@aftertone/contracts';
import type { KnownUser } from '../known/known-users.ts';
import type { Situation } from './situation.ts';

/** How one recipient gets e-mails, merged: user, mailbox, tenant, and at last what Aftertone has. */
export interface EmailSettings {
  enabled: boolean;
  attachAudio: boolean;
  audioFormat: AudioFormat;
  link: boolean;
}

export const emailSettings = ({ mailbox, tenant }: Situation, user: KnownUser | undefined): EmailSettings => {
  const [own, box, all, last] = [user?.notify.email, mailbox.notify.email, tenant.email, builtInNotify.email];
  return {
    enabled: own?.enabled ?? box.enabled ?? all.enabled ?? last.enabled,
    attachAudio: own?.attachAudio ?? box.attachAudio ?? all.attachAudio ?? last.attachAudio,
    audioFormat: own?.audioFormat ?? box.audioFormat ?? all.audioFormat ?? last.audioFormat,
    link: own?.link ?? box.link ?? all.link ?? last.link,
  };
};

/** Owners get an e-mail at their own address. */
export const ownersAreTold = ({ mailbox, tenant }: Situation): boolean =>
  mailbox.notify.email.owners ?? tenant.email.owners ?? builtInNotify.email.owners;

export const lampsAreOn = ({ mailbox, tenant }: Situation): boolean =>
  mailbox.notify.mwi.enabled ?? tenant.mwi.enabled ?? builtInNotify.mwi.enabled;

export const pushIsOn = ({ mailbox, tenant }: Situation, user: KnownUser): boolean =>
  user.notify.push.enabled ?? mailbox.notify.push.enabled ?? tenant.push.enabled ?? builtInNotify.push.enabled;
