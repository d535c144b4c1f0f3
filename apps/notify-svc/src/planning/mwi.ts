import { lampsAreOn } from './settings.ts';
import { factsFor, type Plan, type Recipient, type Situation, skip } from './situation.ts';

/** The lamps of whoever watches the mailbox. */
export const planMwi = (situation: Situation): Plan => {
  const to: Recipient = { channel: 'mwi', recipient: situation.mailboxId };
  if (!lampsAreOn(situation)) {
    return { planned: [], skipped: [skip(to, 'mwi-disabled', 'Lamps are turned off for the mailbox or its tenant.')] };
  }
  return {
    planned: [{ facts: factsFor(situation, to), notice: { kind: 'lamps', revision: situation.revision } }],
    skipped: [],
  };
};
