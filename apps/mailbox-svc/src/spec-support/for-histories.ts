// What a spec of several services takes from this one.
export { kinds } from '../ground/model.ts';
export { MailboxClosing } from '../mailbox-closing/mailbox-closing.ts';
export { mailboxPublisher } from '../publishing/publisher.ts';
export type { Scope } from '../retention/ruled-mailboxes.query.ts';
export { sweep } from '../retention/sweep.ts';
export { depositInto, type Instance, makeBox, Tenant, type TestGround, testGround } from './test-ground.ts';
