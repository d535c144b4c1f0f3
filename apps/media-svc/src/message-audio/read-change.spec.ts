import { type CloudEvent, eventsByType } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { readChanges } from './read-change.ts';

const messageId = newId();
const mediaId = newId();

const event = (type: string, data: Record<string, unknown>): CloudEvent => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/aftertone/c1/mailbox',
  type,
  subject: 'mailboxes.x.messages.created',
  time: '2026-03-01T12:00:00.000Z',
  datacontenttype: 'application/json',
  tenantid: newId(),
  streamversion: 4,
  correlationid: 'c-1',
  data: { messageId, mailboxId: newId(), ...data },
});

/** Of what tells of one recording at most. */
const readChange = (told: CloudEvent) => {
  const [change = null, ...more] = readChanges(told);
  expect(more).toEqual([]);
  return change;
};

const plays = { content: { type: 'voice', mediaId } };

describe('what an event says about the recording of a message', () => {
  it.each(['message_created', 'message_updated', 'message_forwarding'])('%s: which one it plays', (type) => {
    const read = readChange(event(type, { message: plays }));
    expect(read).toMatchObject({ messageId, mediaId, version: 4, purged: false, eventId: 'e-1', correlationId: 'c-1' });
  });
  it('a message without audio plays none', () => {
    expect(readChange(event('message_created', { message: { content: { type: 'none' } } }))).toMatchObject({
      mediaId: null,
    });
  });
  it('one that is kept elsewhere never will', () => {
    expect(readChange(event('message_forwarded', {}))).toMatchObject({ messageId, mediaId: null, purged: true });
  });
  it('a purged one never will', () => {
    expect(readChange(event('message_deleted', { reason: 'purged' }))).toMatchObject({ mediaId: null, purged: true });
  });
  it.each(['deleted', 'moved'])('a %s one keeps it', (reason) => {
    expect(readChange(event('message_deleted', { reason, message: plays }))).toBeNull();
  });
  it('no other event says anything', () => {
    const silent = [...eventsByType.keys()].filter(
      (type) => !/^(message_(created|updated|deleted|forwarding|forwarded)|greeting_updated)$/.test(type),
    );
    expect(silent.length).toBeGreaterThan(5);
    for (const type of [...silent, 'message_transcribed']) expect(readChange(event(type, {}))).toBeNull();
  });
  it('what it cannot be is refused', () => {
    expect(() => readChange(event('message_created', {}))).toThrow(/message/);
    expect(() =>
      readChange(event('message_created', { message: { content: { type: 'voice', mediaId: 'x' } } })),
    ).toThrow(/UUID/);
  });
});

describe('what an event says about the recordings of a greeting', () => {
  const [said, old, older] = [newId(), newId(), newId()];
  const told = (recording: unknown, forgottenRecordingIds: string[]) =>
    readChanges(event('greeting_updated', { greeting: { recording }, forgottenRecordingIds }));

  it('the one that is said plays, and those that were forgotten never will', () => {
    expect(told({ id: said, content: { mediaId } }, [older, old])).toMatchObject([
      { messageId: said, mediaId, purged: false, version: 4 },
      { messageId: older, mediaId: null, purged: true },
      { messageId: old, mediaId: null, purged: true },
    ]);
  });
  it('earlier ones are not told of while they are kept', () => {
    expect(told(null, [])).toEqual([]);
  });
  it('what it cannot be is refused', () => {
    expect(() => told({ id: said }, [])).toThrow(/content/);
    expect(() => readChanges(event('greeting_updated', { greeting: { recording: null } }))).toThrow(/forgotten/);
  });
});
