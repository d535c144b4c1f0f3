import {
  activeGreeting,
  greeting,
  greetingClip,
  greetingHistoryEntry,
  greetingKind,
  greetingReason,
  newGreetingActivation,
} from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { instantText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { audioTypes, playQuery, playRefusals, rangeHeader, uploadRefusals } from '../messages/audio.routes.ts';
import { activationExample, activeExample, greetingExample, recordingExample } from './greeting.examples.ts';

const tag = 'greetings';
const all = '/v1/mailboxes/{id}/greetings';
const path = `${all}/{kind}`;
const recordings = `${path}/recordings`;
const access = 'aftertone.mailboxes.{id}.greetings';
const missing = 'mailbox-not-found';
const texts = { kind: greetingKind.meta({ description: 'Which of the greetings of a mailbox' }) };
/** While a process of the version before could still be the one that tells of changes. */
const upgrading = { 503: ['upgrade-under-way'] };
const noRecording = { 404: ['greeting-recording-not-found'] };

const greetingView = component('Greeting', greeting, greetingExample);

/** Where each clip is had. */
const audioPath = { audio: z.string().meta({ description: 'Path of the clip, below the address of the API' }) };
const [recordingClip, promptClip] = greetingClip.options;
export const activeView = activeGreeting.extend({
  clips: z.array(z.discriminatedUnion('type', [recordingClip.extend(audioPath), promptClip.extend(audioPath)])),
});

export const greetingRoutes = {
  list: defineRoute({
    operationId: 'listGreetings',
    method: 'GET',
    path: all,
    tag,
    summary: 'List the greetings of a mailbox',
    description: 'One of each kind, also where nothing is recorded.',
    access: `${access}.read`,
    right: 'greetings',
    status: 200,
    answer: component('GreetingList', z.object({ items: z.array(greeting) }), { items: [greetingExample] }),
    missing,
  }),
  active: defineRoute({
    operationId: 'readActiveGreeting',
    method: 'GET',
    path: `${all}/active`,
    tag,
    summary: 'What a caller hears',
    description:
      'At that moment (now unless told) and for that reason: the temporary greeting while it is active, else the one for the ' +
      'reason, else the built-in one, with the spoken name where there is one. The clips are played one after the other.',
    access: `${access}.active.read`,
    right: 'deposit',
    query: z.strictObject({
      at: instantText.optional().meta({ description: 'When the caller comes; now unless told' }),
      reason: greetingReason.default('unavailable').meta({ description: 'Why the call came to the mailbox' }),
    }),
    status: 200,
    answer: component('ActiveGreeting', activeView, activeExample),
    missing,
  }),
  read: defineRoute({
    operationId: 'readGreeting',
    method: 'GET',
    path,
    texts,
    tag,
    summary: 'Read a greeting',
    access: `${access}.{kind}.read`,
    right: 'deposit',
    status: 200,
    answer: greetingView,
    missing,
    versioned: true,
  }),
  schedule: defineRoute({
    operationId: 'scheduleGreeting',
    method: 'PATCH',
    path,
    texts,
    tag,
    summary: 'Set when a greeting is said',
    description:
      '`from` and `until` are moments; `hours` of the week and `dates` are read by the clocks of the mailbox’s zone, and a ' +
      'greeting that has them is said only then. `null`: always.',
    access: `${access}.{kind}.update`,
    right: 'greetings',
    body: component('GreetingChanges', z.strictObject({ activation: newGreetingActivation.nullable() }), {
      activation: activationExample,
    }),
    status: 200,
    answer: greetingView,
    missing,
    versioned: true,
    conditional: true,
    refusals: upgrading,
  }),
  remove: defineRoute({
    operationId: 'removeGreeting',
    method: 'DELETE',
    path,
    texts,
    tag,
    summary: 'Say a greeting no more',
    description: 'Its recording stays among the earlier ones and can be restored; so does its schedule.',
    access: `${access}.{kind}.delete`,
    right: 'greetings',
    status: 204,
    missing,
    conditional: true,
    refusals: upgrading,
  }),
  record: defineRoute({
    operationId: 'recordGreeting',
    method: 'PUT',
    path: `${path}/audio`,
    texts,
    tag,
    summary: 'Record a greeting',
    description:
      'The body is the audio, as for messages. What was said before is kept; the same audio again changes nothing. A ' +
      'schedule that is over is taken away.',
    access: `${access}.{kind}.audio.update`,
    right: 'greetings',
    bodyKind: 'audio',
    status: 200,
    answer: greetingView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { ...uploadRefusals, 503: [...uploadRefusals[503], ...upgrading[503]] },
  }),
  play: defineRoute({
    operationId: 'readGreetingAudio',
    method: 'GET',
    path: `${path}/audio`,
    texts,
    tag,
    summary: 'Hear a greeting',
    description: 'Whether or not it is active now. In formats and parts as messages are.',
    access: `${access}.{kind}.audio.read`,
    right: 'deposit',
    query: playQuery,
    status: 200,
    answerTypes: audioTypes,
    missing,
    headers: rangeHeader,
    refusals: { ...playRefusals, 404: ['greeting-not-found'] },
  }),
  copy: defineRoute({
    operationId: 'copyGreeting',
    method: 'POST',
    path: `${path}/copy`,
    texts,
    tag,
    summary: 'Say the same as another greeting',
    description: '`If-Match` is about the greeting that the path names, not about the one that it is copied `from`.',
    access: `${access}.{kind}.copy`,
    right: 'greetings',
    body: component('GreetingCopy', z.strictObject({ from: greetingKind }), { from: 'unavailable' }),
    status: 200,
    answer: greetingView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { ...upgrading, 404: ['greeting-not-found'] },
  }),
  recordings: defineRoute({
    operationId: 'listGreetingRecordings',
    method: 'GET',
    path: recordings,
    texts,
    tag,
    summary: 'What a greeting said and says',
    description: 'Newest first; ten are kept beside the one that is said.',
    access: `${access}.{kind}.recordings.read`,
    right: 'greetings',
    status: 200,
    answer: component('GreetingRecordings', z.object({ items: z.array(greetingHistoryEntry) }), {
      items: [{ ...recordingExample, current: true }],
    }),
    missing,
  }),
  restore: defineRoute({
    operationId: 'restoreGreeting',
    method: 'POST',
    path: `${recordings}/{recordingId}/restore`,
    texts,
    tag,
    summary: 'Say an earlier recording again',
    access: `${access}.{kind}.recordings.restore`,
    right: 'greetings',
    status: 200,
    answer: greetingView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { ...upgrading, ...noRecording },
  }),
  playRecording: defineRoute({
    operationId: 'readGreetingRecordingAudio',
    method: 'GET',
    path: `${recordings}/{recordingId}/audio`,
    texts,
    tag,
    summary: 'Hear what a greeting said',
    access: `${access}.{kind}.recordings.audio.read`,
    right: 'greetings',
    query: playQuery,
    status: 200,
    answerTypes: audioTypes,
    missing,
    headers: rangeHeader,
    refusals: { ...playRefusals, ...noRecording },
  }),
  forget: defineRoute({
    operationId: 'forgetGreetingRecording',
    method: 'DELETE',
    path: `${recordings}/{recordingId}`,
    texts,
    tag,
    summary: 'Delete a recording of a greeting for good',
    description: 'When it is the one that is said, the greeting says nothing any more.',
    access: `${access}.{kind}.recordings.delete`,
    right: 'greetings',
    status: 204,
    missing,
    conditional: true,
    refusals: upgrading,
  }),
};
