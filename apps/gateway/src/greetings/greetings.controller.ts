import {
  type GreetingClip,
  type GreetingKind,
  type GreetingRecording,
  greetingKind,
  mailboxCommands,
  mailboxQueries,
} from '@aftertone/contracts';
import { newId, notFound } from '@aftertone/kernel';
import { Controller, Inject } from '@nestjs/common';
import { Cells } from '../cells/cells.ts';
import type { Answer, Call } from '../http/call.ts';
import { Endpoint } from '../http/endpoint.ts';
import { fill } from '../http/path.ts';
import { ServiceCalls } from '../http/service-calls.ts';
import type { StreamAnswer } from '../http/stream-answer.ts';
import { playRecording } from '../messages/media/playback.ts';
import { promptRoutes } from '../prompts/prompt.routes.ts';
import { greetingRoutes as routes } from './greeting.routes.ts';
import { GreetingUploads } from './greeting-uploads.ts';

type Routes = typeof routes;

/** The greeting that the path names. */
const named = (call: Call): { id: string; kind: GreetingKind } => ({
  id: call.id,
  kind: greetingKind.parse(call.param('kind')),
});

const recordingNamed = (call: Call) => ({ ...named(call), recordingId: call.param('recordingId') });

/** Where a clip is had. */
const audioOf = (id: string, clip: GreetingClip): string =>
  clip.type === 'recording'
    ? fill(routes.play.path, { id, kind: clip.kind })
    : fill(promptRoutes.play.path, { language: clip.language, key: clip.key });

@Controller()
export class GreetingsController {
  private readonly calls: ServiceCalls;
  private readonly uploads: GreetingUploads;
  private readonly cells: Cells;

  constructor(
    @Inject(ServiceCalls) calls: ServiceCalls,
    @Inject(GreetingUploads) uploads: GreetingUploads,
    @Inject(Cells) cells: Cells,
  ) {
    this.calls = calls;
    this.uploads = uploads;
    this.cells = cells;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.calls.send(mailboxQueries.listGreetings, { id: call.id }, call);
  }

  @Endpoint(routes.active)
  async active(call: Call<Routes['active']>): Promise<Answer<Routes['active']>> {
    const { clips, ...said } = await this.calls.send(
      mailboxQueries.activeGreeting,
      { id: call.id, ...call.query },
      call,
    );
    return { ...said, clips: clips.map((clip) => ({ ...clip, audio: audioOf(call.id, clip) })) };
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.calls.send(mailboxQueries.getGreeting, named(call), call);
  }

  @Endpoint(routes.schedule)
  schedule(call: Call<Routes['schedule']>): Promise<Answer<Routes['schedule']>> {
    const { body, ifVersion } = call;
    return this.calls.send(mailboxCommands.scheduleGreeting, { ...named(call), ...body, ifVersion }, call);
  }

  @Endpoint(routes.remove)
  async remove(call: Call<Routes['remove']>): Promise<void> {
    await this.calls.send(mailboxCommands.removeGreeting, { ...named(call), ifVersion: call.ifVersion }, call);
  }

  @Endpoint(routes.record)
  record(call: Call<Routes['record']>): Promise<Answer<Routes['record']>> {
    const { id: mailboxId, kind } = named(call);
    const { request, ifVersion } = call;
    return this.uploads.record({ mailboxId, kind, upload: request.raw, ifVersion }, call);
  }

  @Endpoint(routes.play)
  async play(call: Call<Routes['play']>): Promise<StreamAnswer> {
    const { recording, kind } = await this.calls.send(mailboxQueries.getGreeting, named(call), call);
    if (recording === null) throw notFound('greeting-not-found', `The mailbox has no ${kind} greeting of its own.`);
    return this.hear(recording, call);
  }

  @Endpoint(routes.copy)
  copy(call: Call<Routes['copy']>): Promise<Answer<Routes['copy']>> {
    const { ifVersion } = call;
    const { id, kind: to } = named(call);
    const command = { id, kind: call.body.from, to, recordingId: newId(), ifVersion };
    return this.calls.send(mailboxCommands.copyGreeting, command, call);
  }

  @Endpoint(routes.recordings)
  recordings(call: Call<Routes['recordings']>): Promise<Answer<Routes['recordings']>> {
    return this.calls.send(mailboxQueries.listGreetingRecordings, named(call), call);
  }

  @Endpoint(routes.restore)
  restore(call: Call<Routes['restore']>): Promise<Answer<Routes['restore']>> {
    const { ifVersion } = call;
    return this.calls.send(mailboxCommands.restoreGreeting, { ...recordingNamed(call), ifVersion }, call);
  }

  @Endpoint(routes.playRecording)
  async playRecording(call: Call<Routes['playRecording']>): Promise<StreamAnswer> {
    const { recordingId, ...greeting } = recordingNamed(call);
    const { items } = await this.calls.send(mailboxQueries.listGreetingRecordings, greeting, call);
    const recording = items.find(({ id }) => id === recordingId);
    if (recording === undefined) {
      throw notFound('greeting-recording-not-found', 'There is no such recording of this greeting, or not any more.');
    }
    return this.hear(recording, call);
  }

  @Endpoint(routes.forget)
  async forget(call: Call<Routes['forget']>): Promise<void> {
    const { ifVersion } = call;
    await this.calls.send(mailboxCommands.forgetGreetingRecording, { ...recordingNamed(call), ifVersion }, call);
  }

  private hear({ content }: GreetingRecording, call: Call<Routes['play' | 'playRecording']>): Promise<StreamAnswer> {
    const { tenantId, cell } = call.session;
    const { mediaId, contentType } = content;
    const playable = { tenantId, mediaId, contentType, name: `greeting-${call.param('kind')}` };
    return playRecording(this.cells.of(cell).media, playable, call, call.query);
  }
}
