import type { Greeting } from '@aftertone/contracts';
import type { Client } from '../client.ts';
import { wav } from '../wav.ts';
import type { Sample } from './sample.ts';
import { newMailbox, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

const record =
  (path: string, seconds: number) =>
  (client: Client): Promise<Response> =>
    client.upload('PUT', `${path}/audio`, wav(seconds));

/** On a mailbox with two recordings of one greeting; `{said}` and `{earlier}` stand for their ids. */
const greeting =
  (path = '', body?: unknown): Make =>
  async ({ admin }) => {
    const { id } = await newMailbox(admin);
    const all = `/v1/mailboxes/${id}/greetings`;
    const made: string[] = [];
    for (const seconds of [1, 2]) {
      const { recording } = (await (await record(`${all}/busy`, seconds)(admin)).json()) as Greeting;
      made.push(recording?.id ?? '');
    }
    const [earlier = '', said = ''] = made;
    const filled = `/busy${path}`.replace('{said}', said).replace('{earlier}', earlier);
    return { path: `${all}${filled}`, body, look: [all, `${all}/busy/recordings`] };
  };

const ofAll =
  (path: string): Make =>
  async (world) => {
    const { look = [] } = await greeting()(world);
    return { path: `${look[0]}${path}`, look };
  };

export const greetingSamples: Readonly<Record<string, Make>> = {
  listGreetings: ofAll(''),
  readActiveGreeting: ofAll('/active'),
  readGreeting: greeting(),
  scheduleGreeting: greeting('', { activation: { until: '2030-01-01T00:00:00Z' } }),
  removeGreeting: greeting(),
  recordGreeting: async (world) => {
    const sample = await greeting('/audio')(world);
    return { ...sample, send: record(sample.path.replace(/\/audio$/, ''), 3) };
  },
  readGreetingAudio: greeting('/audio'),
  copyGreeting: async (world) => {
    const sample = await greeting('/copy', { from: 'busy' })(world);
    return { ...sample, path: sample.path.replace('/busy/', '/unavailable/') };
  },
  listGreetingRecordings: greeting('/recordings'),
  restoreGreeting: greeting('/recordings/{earlier}/restore'),
  readGreetingRecordingAudio: greeting('/recordings/{earlier}/audio'),
  forgetGreetingRecording: greeting('/recordings/{said}'),
};
