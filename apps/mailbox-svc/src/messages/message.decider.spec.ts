import type { EmptyMessages, VoiceContent } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, it } from 'vitest';
import type { MessageCommand } from './message.commands.ts';
import { messageDecider } from './message.decider.ts';
import {
  allRights,
  became,
  box,
  caller,
  deletedUnheard,
  deposit,
  deposited,
  heard,
  now,
  otherBox,
  purgedUnheard,
  received,
  unheard,
  voice,
} from './message.samples.ts';
import { changeOf, type MessageEvent, type MessageFacts } from './message.ts';

const given = deciderSpec(messageDecider);
const meta = { now };

const depositOf = (data: Partial<typeof deposit.data>): MessageCommand => ({
  ...deposit,
  data: { ...deposit.data, ...data },
});
const arrives = (message: Partial<MessageFacts>): MessageEvent => ({
  type: 'MessageDeposited',
  data: { message: { ...unheard, ...message }, caller },
});
const change = (
  changes: Extract<MessageCommand, { type: 'ChangeMessage' }>['data']['changes'],
  mailboxId = box,
): MessageCommand => ({ type: 'ChangeMessage', data: { mailboxId, changes, viewer: null, rights: allRights }, meta });
const move = (toMailboxId: string, maxMessageSeconds: number | null = null): MessageCommand => ({
  type: 'MoveMessage',
  data: { mailboxId: box, toMailboxId, maxMessageSeconds },
  meta,
});
const remove: MessageCommand = { type: 'DeleteMessage', data: { mailboxId: box }, meta };
const restore: MessageCommand = { type: 'RestoreMessage', data: { mailboxId: box }, meta };
const purge: MessageCommand = { type: 'PurgeMessage', data: { mailboxId: box }, meta };
/** Each recording has bytes of its own. */
const recorded = (mediaId: string) => ({
  mediaId,
  sha256: mediaId === voice.mediaId ? voice.sha256 : 'b'.repeat(64),
});
const attach = (
  mediaId: string,
  rights = allRights,
  { emptyMessages = 'keep', ...more }: Partial<VoiceContent> & { emptyMessages?: EmptyMessages } = {},
): MessageCommand => ({
  type: 'AttachAudio',
  data: {
    mailboxId: box,
    recording: { voice: { ...voice, ...recorded(mediaId), ...more }, storedAt: received, maxMessageSeconds: 600 },
    rights,
    emptyMessages,
  },
  meta,
});

describe('depositing', () => {
  it('puts an unheard message into the inbox', () => {
    given().when(deposit).then(deposited);
  });

  it('takes now for when it was received unless told', () => {
    given()
      .when(depositOf({ receivedAt: null }))
      .then(arrives({ receivedAt: now }));
  });

  it('takes a message without audio', () => {
    given()
      .when(depositOf({ recording: null }))
      .then(arrives({ content: { type: 'none' } }));
  });

  it('allows a clock that is five minutes fast and no more', () => {
    given()
      .when(depositOf({ receivedAt: '2026-03-02T11:05:00.000Z' }))
      .then(arrives({ receivedAt: '2026-03-02T11:05:00.000Z' }));
    given()
      .when(depositOf({ receivedAt: '2026-03-02T11:05:00.001Z' }))
      .thenThrows('received-in-future');
  });

  it('refuses audio that media-svc may be about to remove', () => {
    const storedAt = (at: string) =>
      depositOf({ recording: { voice, storedAt: at, maxMessageSeconds: null }, receivedAt: received });
    given().when(storedAt('2026-03-01T23:00:00.000Z')).then(deposited);
    given().when(storedAt('2026-03-01T22:59:59.999Z')).thenThrows('audio-expired');
  });

  it('refuses a message longer than the mailbox takes', () => {
    const lasting = (durationMs: number) =>
      depositOf({ recording: { voice: { ...voice, durationMs }, storedAt: received, maxMessageSeconds: 60 } });
    given()
      .when(lasting(60_000))
      .then(arrives({ content: { ...voice, durationMs: 60_000 } }));
    given().when(lasting(60_001)).thenThrows('message-too-long');
  });

  describe('one in which nothing is said', () => {
    const empty = { ...voice, quality: { speech: false, levelDbfs: null, clipped: false }, empty: true };
    const left = (emptyMessages: EmptyMessages, content: VoiceContent = empty) =>
      depositOf({ recording: { voice: content, storedAt: received, maxMessageSeconds: 600 }, emptyMessages });

    it('is kept as any other unless the mailbox says otherwise', () => {
      given()
        .when(left('keep'))
        .then(arrives({ content: empty }));
    });

    it('is refused, or waits in quarantine', () => {
      given().when(left('refuse')).thenThrows('message-empty');
      given()
        .when(left('quarantine'))
        .then(arrives({ content: empty, folder: 'quarantine' }));
    });

    it('is not one that nobody has listened to, and not one without a recording', () => {
      given().when(left('refuse', voice)).then(deposited);
      given()
        .when(left('refuse', { ...empty, empty: false }))
        .then(arrives({ content: { ...empty, empty: false } }));
      given()
        .when(depositOf({ recording: null, emptyMessages: 'refuse' }))
        .then(arrives({ content: { type: 'none' } }));
    });
  });

  it('is refused under an id that is taken, also by a purged message', () => {
    given(deposited).when(deposit).thenThrows('message-exists');
    given(deposited, purgedUnheard).when(deposit).thenThrows('message-exists');
  });
});

describe('attaching audio', () => {
  const another = '0190c000-0000-7000-8000-000000000002';
  const replaced = { ...unheard, content: { ...voice, ...recorded(another) } };

  it('gives or replaces the recording', () => {
    given(deposited)
      .when(attach(another))
      .then({ type: 'AudioAttached', data: { ...became(replaced, 'content', voice), counted: true } });
    given(arrives({ content: { type: 'none' } }))
      .when(attach(another))
      .then({ type: 'AudioAttached', data: became(replaced, 'content', { type: 'none' }) });
  });

  it('replaces a recording only for who may delete messages', () => {
    const depositor = new Set(['deposit' as const]);
    given(arrives({ content: { type: 'none' } }))
      .when(attach(another, depositor))
      .then({ type: 'AudioAttached', data: became(replaced, 'content', { type: 'none' }) });
    given(deposited).when(attach(another, depositor)).thenThrows('right-required', { right: 'delete' });
    given(deposited).when(attach(voice.mediaId, depositor)).then();
  });

  it('changes nothing the second time', () => {
    given(deposited).when(attach(voice.mediaId)).then();
  });

  describe('in which nothing is said', () => {
    const none = { type: 'none' } as const;
    const without = arrives({ content: none });
    const content = { ...voice, ...recorded(another), empty: true };
    const attached = { type: 'AudioAttached', data: became({ ...unheard, content }, 'content', none) } as const;
    const empty = (emptyMessages: EmptyMessages) => attach(another, allRights, { empty: true, emptyMessages });

    it('is kept, refused or put into quarantine, as if the message had been left with it', () => {
      given(without).when(empty('keep')).then(attached);
      given(without).when(empty('refuse')).thenThrows('message-empty');
      const put = became({ ...unheard, content, folder: 'quarantine' }, 'folder', 'inbox');
      given(without).when(empty('quarantine')).then(attached, { type: 'MessageFiled', data: put });
      const spoken = attach(another, allRights, { emptyMessages: 'quarantine' });
      given(without)
        .when(spoken)
        .then({ type: 'AudioAttached', data: became(replaced, 'content', none) });
    });

    it('stays where it lies when somebody has heard, filed or taken it', () => {
      const filed = { ...unheard, folder: 'saved' };
      const taken = { ...unheard, state: 'claimed' as const, assigneeUserId: another };
      const heardIt = { userId: another, heardAt: received, was: { heardAt: null } };
      for (const touched of [
        heard,
        { type: 'MessageFiled', data: became(filed, 'folder', 'inbox') },
        { type: 'MessageClaimed', data: became(taken, 'state', 'open') },
        { type: 'MessageHeardByMember', data: { message: unheard, caller, ...heardIt } },
      ] satisfies MessageEvent[]) {
        const now = { ...(changeOf(touched).after ?? unheard), content };
        given(deposited, touched)
          .when(empty('quarantine'))
          .then({ type: 'AudioAttached', data: { ...became(now, 'content', voice), counted: true } });
        given(deposited, touched).when(empty('refuse')).thenThrows('message-empty');
      }
    });
  });

  it('is refused for a deleted message', () => {
    given(deposited, deletedUnheard).when(attach(another)).thenThrows('message-not-found');
  });
});

describe('changing', () => {
  const flagged = { ...unheard, urgent: true };

  it('records when it was heard, once', () => {
    given(deposited)
      .when(change({ heard: true }))
      .then(heard);
    given(deposited, heard)
      .when(change({ heard: true }))
      .then();
  });

  it('records that it is unheard again', () => {
    given(deposited, heard)
      .when(change({ heard: false }))
      .then({ type: 'MessageUnheard', data: { ...became(unheard, 'heardAt', now), since: now } });
  });

  it('files into another folder and not into the one it is in', () => {
    given(deposited)
      .when(change({ folder: 'work' }))
      .then({ type: 'MessageFiled', data: became({ ...unheard, folder: 'work' }, 'folder', 'inbox') });
    given(deposited)
      .when(change({ folder: 'inbox' }))
      .then();
  });

  it('flags as urgent', () => {
    given(deposited)
      .when(change({ urgent: true }))
      .then({ type: 'MessageFlagged', data: became(flagged, 'urgent', false) });
  });

  it('records several changes as one event each, every one with the message after it', () => {
    const all = { ...flagged, heardAt: now, folder: 'saved' };
    given(deposited)
      .when(change({ folder: 'saved', heard: true, urgent: true }))
      .then(
        heard,
        { type: 'MessageFlagged', data: became({ ...flagged, heardAt: now }, 'urgent', false) },
        { type: 'MessageFiled', data: became(all, 'folder', 'inbox') },
      );
  });

  it('is refused when the message is gone or in another mailbox than the one that was asked about', () => {
    given()
      .when(change({ heard: true }))
      .thenThrows('message-not-found');
    given(deposited, deletedUnheard)
      .when(change({ heard: true }))
      .thenThrows('message-not-found');
    given(deposited, purgedUnheard)
      .when(change({ heard: true }))
      .thenThrows('message-not-found');
    given(deposited)
      .when(change({ heard: true }, otherBox))
      .thenThrows('message-not-found');
  });
});

describe('moving', () => {
  const moved: MessageEvent = {
    type: 'MessageMoved',
    data: { ...became({ ...unheard, mailboxId: otherBox }, 'mailboxId', box), since: now, counted: true },
  };

  it('takes the message to another mailbox as it is', () => {
    given(deposited).when(move(otherBox)).then(moved);
  });

  it('changes nothing when it is there already', () => {
    given(deposited).when(move(box)).then();
  });

  it('is refused to a mailbox that takes no messages of this length', () => {
    given(deposited).when(move(otherBox, 13)).then(moved);
    given(deposited).when(move(otherBox, 12)).thenThrows('message-too-long');
    given(deposited).when(move(box, 12)).then();
  });

  it('opens the work again: the people there are others', () => {
    const work = { state: 'claimed', assigneeUserId: otherBox, dueAt: received } as const;
    given(arrives(work))
      .when(move(otherBox))
      .then({
        type: 'MessageMoved',
        data: {
          ...{ message: { ...unheard, mailboxId: otherBox }, caller, since: now, counted: true },
          was: { mailboxId: box, ...work },
        },
      });
  });

  it('is refused once somebody else has moved it', () => {
    given(deposited, moved).when(move(otherBox)).thenThrows('message-not-found');
  });
});

describe('copying', () => {
  const work = { state: 'done', assigneeUserId: box, dueAt: received } as const;
  const source = { ...unheard, folder: 'saved', heardAt: received, urgent: true, ...work };
  const copyInto = (maxMessageSeconds: number | null): MessageCommand => ({
    type: 'CopyMessage',
    data: { mailboxId: otherBox, copiedFrom: box, source, caller, maxMessageSeconds },
    meta,
  });
  const copy = copyInto(13);

  it('is a new message of its own: unheard, in the inbox, received when the original was', () => {
    given()
      .when(copy)
      .then({
        type: 'MessageCopiedIn',
        data: { message: { ...unheard, urgent: true, mailboxId: otherBox, copiedFrom: box }, caller, since: now },
      });
  });

  it('is refused under an id that is taken', () => {
    given(deposited).when(copy).thenThrows('message-exists');
  });

  it('is refused in a mailbox that takes no messages of this length', () => {
    given().when(copyInto(12)).thenThrows('message-too-long');
  });
});

describe('deleting and restoring', () => {
  const filed = { ...unheard, folder: 'work', heardAt: now };
  const history: MessageEvent[] = [
    deposited,
    heard,
    { type: 'MessageFiled', data: became(filed, 'folder', 'inbox') },
    { type: 'MessageDeleted', data: { message: filed, caller } },
  ];

  it('deletes once', () => {
    given(deposited).when(remove).then(deletedUnheard);
    given(deposited, deletedUnheard).when(remove).then();
  });

  it('brings back folder and heard as they were', () => {
    given(...history)
      .when(restore)
      .then({ type: 'MessageRestored', data: { message: filed, caller, since: now } });
  });

  it('changes nothing when there is nothing to restore', () => {
    given(deposited).when(restore).then();
  });

  it('goes on as before after a restore', () => {
    given(...history, { type: 'MessageRestored', data: { message: filed, caller } })
      .when(change({ heard: false }))
      .then({ type: 'MessageUnheard', data: { ...became({ ...filed, heardAt: null }, 'heardAt', now), since: now } });
  });

  it.each([
    ['unknown', []],
    ['purged', [deposited, purgedUnheard]],
  ])('is refused for a message that is %s', (_which, before) => {
    given(...before)
      .when(remove)
      .thenThrows('message-not-found');
    given(...before)
      .when(restore)
      .thenThrows('message-not-found');
  });
});

describe('purging', () => {
  it('ends a message that is there, and one that was deleted', () => {
    given(deposited).when(purge).then(purgedUnheard);
    given(deposited, deletedUnheard)
      .when(purge)
      .then({ type: 'MessagePurged', data: { mailboxId: box, was: null, counted: true } });
  });

  it('changes nothing the second time', () => {
    given(deposited, purgedUnheard).when(purge).then();
  });

  it('is refused for an unknown message and in another mailbox', () => {
    given().when(purge).thenThrows('message-not-found');
    given(deposited)
      .when({ ...purge, data: { mailboxId: otherBox } })
      .thenThrows('message-not-found');
  });
});
