import type { Delivery, EscalationView } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newMailbox, newPerson, type Person } from './access/world.ts';
import { type Client, problemOf } from './client.ts';
import { Platform } from './platform.ts';

let platform: Platform;
let admin: Client;
let agent: Person;
let reader: Person;

beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
  [agent, reader] = [await newPerson(admin), await newPerson(admin)];
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const boss = 'boss@example.test';

/** A message of a team, which is told to the boss after so many seconds. */
const leave = async (afterSeconds: number) => {
  const notify = { escalation: { steps: [{ afterSeconds, email: [boss] }] } };
  const { id } = await newMailbox(admin, { accessType: 'group', notify });
  await admin.json('PUT', `/v1/mailboxes/${id}/members/${agent.user.id}`, { role: 'agent' });
  await admin.json('PUT', `/v1/mailboxes/${id}/members/${reader.user.id}`, { role: 'reader' });
  return admin.leave(id, { metadata: { callerNumber: '+4930123' } });
};
const escalationOf = (id: string, { client } = agent) =>
  client.json<EscalationView>('GET', `/v1/messages/${id}/escalation`);
const until = (id: string, state: EscalationView['state']) =>
  eventually(async () => {
    const view = await escalationOf(id);
    expect(view.state).toBe(state);
    return view;
  });

describe('a message that nobody takes care of', () => {
  it('is told to the next people in its time', async () => {
    const { id } = await leave(1);
    const view = await until(id, 'ended');
    expect(view).toMatchObject({ steps: [{ step: 1, takenAt: expect.any(String) }], stopped: null });
    await eventually(async () => {
      const { items } = await agent.client.json<{ items: Delivery[] }>('GET', `/v1/messages/${id}/deliveries`);
      const told = items.filter(({ purpose }) => purpose === 'escalation');
      expect(told).toMatchObject([{ recipient: boss, channel: 'email', state: 'delivered' }]);
    });
  });

  it('is escalated no further once somebody acknowledges it, and stays unheard', async () => {
    const { id } = await leave(3_600);
    await until(id, 'running');
    for (let n = 0; n < 2; n += 1) {
      expect((await agent.client.send('POST', `/v1/messages/${id}/acknowledge`)).status).toBe(204);
    }
    expect(await escalationOf(id)).toMatchObject({
      ...{ state: 'stopped', stopped: { reason: 'acknowledged', by: agent.user.id } },
    });
    expect(await agent.client.json('GET', `/v1/messages/${id}`)).toMatchObject({ heard: false });
  });

  it('is escalated no further once somebody has heard it', async () => {
    const { id } = await leave(3_600);
    await until(id, 'running');
    await agent.client.json('PATCH', `/v1/messages/${id}`, { heard: true });
    expect(await until(id, 'stopped')).toMatchObject({ stopped: { reason: 'heard' } });
  });

  it('cannot be acknowledged by who may only listen, who sees how far it has come', async () => {
    const { id } = await leave(3_600);
    await until(id, 'running');
    const response = await reader.client.send('POST', `/v1/messages/${id}/acknowledge`);
    expect(response.status).toBe(403);
    expect(await problemOf(response)).toMatchObject({ code: 'right-required' });
    expect(await escalationOf(id, reader)).toMatchObject({ state: 'running' });
  });
});
