import { right } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { limitsOf } from './limits.ts';

const box = newId();
const limits = (...acl: string[]) => limitsOf(acl, { authId: newId(), sessionId: newId() });
const without = (...taken: string[]) => right.options.filter((of) => !taken.includes(of));

describe('limits', () => {
  it('are what denials that name a mailbox leave, for administrators too', () => {
    expect(limits('aftertone.#', `!aftertone.mailboxes.${box}.#`)).toEqual({ [box]: [] });
    expect(limits('aftertone.#', `!aftertone.mailboxes.${box}.messages.read`)).toEqual({ [box]: without('listen') });
    expect(limits(`!aftertone.*.${box}.messages.#`)).toEqual({ [box]: ['greetings', 'settings'] });
    expect(limits(`!#.${box}.update`)).toEqual({ [box]: without('settings') });
  });

  it('leave nothing in a mailbox that may not be seen', () => {
    expect(limits(`!aftertone.mailboxes.${box}.read`)).toEqual({ [box]: [] });
  });

  it('leave alone what no denial takes, also where nothing allows it: that is asked elsewhere', () => {
    expect(limits('aftertone.#', `aftertone.mailboxes.${box}.read`)).toBeUndefined();
    expect(limits(`!events.mailboxes.${box}.#`, `!aftertone.messages.${box}.read`)).toBeUndefined();
    expect(limits('aftertone.users.read', `!aftertone.mailboxes.${box}.update`)).toEqual({
      [box]: without('settings'),
    });
  });

  it('are never cut short', () => {
    const ids = Array.from({ length: 500 }, () => newId());
    expect(limits(...ids.map((id) => `!aftertone.mailboxes.${id}.#`))).toEqual(
      Object.fromEntries(ids.map((id) => [id, []])),
    );
  });
});
