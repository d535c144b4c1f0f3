import type { CallContext, Greeting, Mailbox } from '@aftertone/contracts';
import { startReaction } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailboxPublisher } from '../publishing/publisher.ts';
import { type Instance, makeBox, Tenant, type TestGround, testGround, voiceOf } from '../spec-support/test-ground.ts';
import { greetingsAggregate } from './greetings.aggregate.ts';
import { GreetingsClosing } from './greetings-closing.ts';

let ground: TestGround;
let parts: Instance;
let tenant: Tenant;
let owner: CallContext;
let box: Mailbox;
beforeAll(async () => {
  ground = await testGround();
  parts = await ground.instance();
});
afterAll(() => ground.close());
beforeEach(async () => {
  tenant = new Tenant();
  owner = tenant.user();
  box = await makeBox(parts, tenant, {
    ownerUserIds: [owner.actor.id],
    timezone: 'Europe/Paris',
    language: 'fr',
  });
});

const record = (kind: Greeting['kind'], call = owner, voice = voiceOf(), id = box.id) =>
  parts.greetingDesk.record({ id, kind, recordingId: newId(), voice, storedAt: new Date().toISOString() }, call);

const publisher = mailboxPublisher('c1');

/** What others see of the changes. */
const told = async () => {
  const { id } = tenant;
  const events = await parts.ground.store.history(greetingsAggregate, id, box.id, { limit: 100 });
  return events.flatMap((event) => publisher.envelopes(event));
};

describe('greetings of a mailbox', () => {
  it('are one of each kind, empty at first', async () => {
    const { items } = await parts.greetingDesk.list(box.id, owner);
    expect(items.map(({ kind, recording, version }) => [kind, recording, version])).toEqual([
      ['unavailable', null, 0],
      ['busy', null, 0],
      ['temporary', null, 0],
      ['name', null, 0],
    ]);
  });

  it('are read as they were made, with who made them', async () => {
    const made = await record('busy');
    expect(made).toMatchObject({ version: 1, recording: { recordedBy: { kind: 'user', id: owner.actor.id } } });
    expect(await parts.greetingDesk.get({ id: box.id, kind: 'busy' }, owner)).toEqual(made);
    expect((await parts.greetingDesk.list(box.id, owner)).items[1]).toEqual(made);
  });

  it('have a history, newest first, from which each can be said again', async () => {
    const made = [await record('name'), await record('name'), await record('name')];
    const ids = made.map(({ recording }) => recording?.id);
    const recordings = async () =>
      (await parts.greetingDesk.recordings({ id: box.id, kind: 'name' }, owner)).items.map(({ id, current }) =>
        current ? `${id} said` : id,
      );
    expect(await recordings()).toEqual([`${ids[2]} said`, ids[1], ids[0]]);
    const input = { id: box.id, kind: 'name', recordingId: ids[0] ?? '' } as const;
    expect((await parts.greetingDesk.restore(input, owner)).recording).toEqual(made[0]?.recording);
    expect(await recordings()).toEqual([ids[2], ids[1], `${ids[0]} said`]);
    await parts.greetingDesk.forget({ ...input, recordingId: ids[1] ?? '' }, owner);
    expect(await recordings()).toEqual([ids[2], `${ids[0]} said`]);
  });

  it('of many at once are all kept, one after the other', async () => {
    await Promise.all(Array.from({ length: 5 }, () => record('unavailable')));
    const { items } = await parts.greetingDesk.recordings({ id: box.id, kind: 'unavailable' }, owner);
    expect(items).toHaveLength(5);
    expect((await parts.greetingDesk.get({ id: box.id, kind: 'unavailable' }, owner)).version).toBe(5);
  });

  it('tell of each change, with a number of the mailbox', async () => {
    const { version } = await record('temporary');
    await parts.greetingDesk.schedule(
      {
        ...{ id: box.id, kind: 'temporary', ifVersion: version },
        activation: { from: null, until: '2030-01-01T00:00:00.000Z', hours: [], dates: [] },
      },
      owner,
    );
    await parts.greetingDesk.remove({ id: box.id, kind: 'temporary' }, owner);
    const events = await told();
    expect(events.map(({ event }) => [event.type, event.data.reason, event.sequence])).toEqual([
      ['greeting_updated', 'recorded', 2],
      ['greeting_updated', 'scheduled', 3],
      ['greeting_updated', 'removed', 4],
    ]);
    expect(events[0]?.paths).toEqual([
      `mailboxes.${box.id}.settings.greeting_updated`,
      `users.${owner.actor.id}.voicemails.settings.greeting_updated`,
    ]);
  });
});

describe('what a caller hears', () => {
  const heard = async (call: CallContext, at?: string) => {
    const { kind, clips, timezone } = await parts.greetingDesk.active(
      { id: box.id, reason: 'unavailable', ...(at !== undefined && { at }) },
      call,
    );
    expect(timezone).toBe('Europe/Paris');
    return [kind, ...clips.map((clip) => (clip.type === 'prompt' ? `${clip.language}/${clip.key}` : clip.kind))];
  };

  it('goes by the mailbox’s zone and language', async () => {
    expect(await heard(owner)).toEqual([null, 'fr/vm-greeting-default']);
    await record('unavailable');
    await record('temporary');
    const hours = [{ days: ['mon' as const], from: '18:00', until: '08:00' }];
    const activation = { from: null, until: null, hours, dates: [] };
    await parts.greetingDesk.schedule({ id: box.id, kind: 'temporary', activation }, owner);
    expect(await heard(owner, '2026-03-02T17:00:00.000Z')).toEqual(['temporary', 'temporary']);
    expect(await heard(owner, '2026-03-02T16:59:00.000Z')).toEqual(['unavailable', 'unavailable']);
  });

  it('is told to who may leave a message, and to nobody else', async () => {
    const shared = await makeBox(parts, tenant, { accessType: 'global' });
    const anyone = tenant.user();
    const input = { id: shared.id, reason: 'busy' } as const;
    expect(await parts.greetingDesk.active(input, anyone)).toMatchObject({ kind: null });
    await expect(record('busy', anyone, voiceOf(), shared.id)).rejects.toMatchObject({ code: 'right-required' });
    await expect(parts.greetingDesk.list(shared.id, anyone)).rejects.toMatchObject({ code: 'right-required' });
    await expect(heard(anyone)).rejects.toMatchObject({ code: 'mailbox-not-found' });
  });
});

describe('nobody changes or hears greetings', () => {
  it('of another tenant, or of a mailbox without a share in it', async () => {
    const { recording } = await record('unavailable');
    const strangers = [new Tenant().admin, tenant.user()];
    const key = { id: box.id, kind: 'unavailable' } as const;
    const recordingId = recording?.id ?? '';
    const desk = parts.greetingDesk;
    for (const call of strangers) {
      for (const attempt of [
        () => record('unavailable', call),
        () => desk.copy({ ...key, to: 'busy', recordingId: newId() }, call),
        () => desk.restore({ ...key, recordingId }, call),
        () => desk.remove(key, call),
        () => desk.schedule({ ...key, activation: null }, call),
        () => desk.forget({ ...key, recordingId }, call),
        () => desk.list(box.id, call),
        () => desk.get(key, call),
        () => desk.recordings(key, call),
        () => desk.active({ id: box.id, reason: 'busy' }, call),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'mailbox-not-found' });
      }
    }
    expect(await desk.get(key, owner)).toMatchObject({ version: 1 });
  });
});

describe('when the mailbox is closed', () => {
  const start = () => {
    const closing = new GreetingsClosing(parts.ground);
    const { store } = parts.ground;
    return startReaction({ store, name: `greetings-${newId()}`, handle: (events) => closing.react(events) });
  };

  it('its greetings go, with every recording that was kept', async () => {
    const made = [await record('busy'), await record('busy'), await record('name')];
    await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
    const reaction = start();
    await eventually(async () => expect((await told()).at(-1)?.event.data.reason).toBe('purged'));
    await reaction.stop();
    const forgotten = (await told())
      .filter(({ event }) => event.data.reason === 'purged')
      .map(({ event: { data } }) => [data.kind, data.forgottenRecordingIds]);
    const [first, second, name] = made.map(({ recording }) => recording?.id);
    expect(forgotten).toEqual([
      ['busy', [first, second]],
      ['name', [name]],
    ]);
    const { rows } = await parts.ground.store.pool.query('SELECT 1 FROM greeting WHERE mailbox_id = $1', [box.id]);
    expect(rows).toEqual([]);
  });

  it('nothing comes to be said that was on its way', async () => {
    const recording = Promise.allSettled(Array.from({ length: 10 }, () => record('busy')));
    await parts.mailboxDesk.close({ id: box.id }, tenant.admin);
    for (const end of await recording) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'mailbox-not-found' });
    }
    const reaction = start();
    await eventually(async () => {
      const { state } = await parts.ground.store.load(greetingsAggregate, tenant.id, box.id);
      const nothing = state.status === 'open' && state.version === 0;
      expect(nothing ? 'purged' : state.status).toBe('purged');
    });
    await reaction.stop();
    await expect(record('busy')).rejects.toMatchObject({ code: 'mailbox-not-found' });
  });
});
