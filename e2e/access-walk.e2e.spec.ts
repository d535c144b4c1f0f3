import { contractEvents } from '@aftertone/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverySamples } from './access/delivery-samples.ts';
import { greetingSamples } from './access/greeting-samples.ts';
import { identitySamples } from './access/identity-samples.ts';
import { mailboxSamples } from './access/mailbox-samples.ts';
import { notificationSamples } from './access/notification-samples.ts';
import { phoneSamples } from './access/phone-samples.ts';
import { promptSamples } from './access/prompt-samples.ts';
import type { Sample } from './access/sample.ts';
import { webhookSamples } from './access/webhook-samples.ts';
import { just, makeWorld, mark, patternOf, type World } from './access/world.ts';
import { Client, type Problem } from './client.ts';
import { Platform } from './platform.ts';

/** Without a token: they ask for a password, or for what the gateway has signed. */
const openToAll = ['logIn', 'openLink', 'playLink'];

// Log-ins on the bus come last: a server without callout reads its users anew for them, and loses calls under way.
const samples = {
  ...mailboxSamples,
  ...greetingSamples,
  ...notificationSamples,
  ...webhookSamples,
  ...deliverySamples,
  ...phoneSamples,
  ...promptSamples,
  ...identitySamples,
};

interface Operation {
  operationId: string;
  method: string;
  path: string;
  access: string | undefined;
  open: boolean;
  status: number;
}

let platform: Platform;
let world: World;
let operations: Map<string, Operation>;

interface Documented {
  operationId: string;
  'x-access'?: string;
  security?: unknown[];
  responses: Record<string, unknown>;
}

const readOperations = async (url: string): Promise<Map<string, Operation>> => {
  const response = await fetch(`${url}/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, Documented>> };
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, responses, security, 'x-access': access }]): Operation => {
      const status =
        Object.keys(responses)
          .map(Number)
          .find((code) => code < 300) ?? 0;
      return { operationId, method: method.toUpperCase(), path, access, open: security?.length === 0, status };
    }),
  );
  return new Map(all.map((operation) => [operation.operationId, operation]));
};

beforeAll(async () => {
  platform = await Platform.start();
  operations = await readOperations(platform.url);
  world = await makeWorld(platform.admin);
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

/** Status and text; of a stream, only that it began. */
const answerTo = async (client: Client, { method }: Operation, sample: Sample) => {
  const response = await (sample.send?.(client) ?? client.send(method, sample.path, sample.body));
  const type = response.headers.get('content-type') ?? '';
  if (!/json/.test(type)) {
    await response.body?.cancel();
    return { status: response.status, type, text: '' };
  }
  return { status: response.status, type, text: await response.text() };
};

type Answer = Awaited<ReturnType<typeof answerTo>>;

const see = ({ look = [] }: Sample) =>
  Promise.all(
    look.map(async (path) => {
      const response = await platform.admin.send('GET', path);
      return `${path} ${response.status} ${await response.text()}`.replace(/"correlationId":"[^"]*"/, '');
    }),
  );

const expectRefusal = ({ status, type, text }: Answer, wanted: number, code?: string): void => {
  expect({ status, text }).toMatchObject({ status: wanted });
  expect(type).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text) as Problem;
  if (code !== undefined) expect(problem.code).toBe(code);
  expect(text).not.toContain(mark);
};

it('every operation is tried here, and says which access it needs or that it is open', () => {
  expect([...operations.keys()].filter((id) => !openToAll.includes(id)).sort()).toEqual(Object.keys(samples).sort());
  for (const { operationId, access, open } of operations.values()) {
    expect([operationId, open]).toEqual([operationId, access === undefined]);
    expect([operationId, open]).toEqual([operationId, openToAll.includes(operationId)]);
  }
});

it('every event says which access it needs', async () => {
  const response = await fetch(`${platform.url}/docs/asyncapi.json`);
  const text = await response.text();
  const unnamed = Object.values(contractEvents).filter(({ path }) => !text.includes(`"events.${path}"`));
  expect(unnamed.map(({ type }) => type)).toEqual([]);
});

describe.each(Object.keys(samples))('%s', (operationId) => {
  it('lets nobody through but those with its access, and tells the others nothing', async () => {
    const operation = operations.get(operationId);
    const sample = await samples[operationId]?.(world);
    if (operation?.access === undefined || sample === undefined) throw new Error('there is no such operation');
    const { holder, expired, foreign, colleague, allow } = world;
    const hidden = operation.path.includes('{') && sample.known !== true ? 404 : 403;
    await allow('aftertone.#', 'events.#', `!${patternOf(operation.access)}`);
    const before = await see(sample);

    for (const token of ['', 'nonsense', `at_${'A'.repeat(43)}`, 'eyJhbGciOiJub25lIn0.e30.x']) {
      expectRefusal(await answerTo(new Client(platform.url, token), operation, sample), 401, 'unauthenticated');
    }
    expectRefusal(await answerTo(expired, operation, sample), 401, 'unauthenticated');

    expectRefusal(await answerTo(holder, operation, sample), hidden);

    const outsiders: [Client, Sample['colleague']][] = [
      [foreign, sample.foreign],
      [colleague, sample.colleague],
    ];
    for (const [client, gets = 'refused'] of outsiders) {
      if (gets === 'own') continue;
      const answer = await answerTo(client, operation, sample);
      if (gets === 'refused') expectRefusal(answer, hidden);
      else if (gets === 'unknown') expectRefusal(answer, 400);
      else {
        expect(answer.status).toBe(operation.status);
        expect(answer.text).not.toContain(mark);
      }
    }
    expect(await see(sample)).toEqual(before);

    await allow(...just(operation.access));
    const { status, text } = await answerTo(sample.by ?? holder, operation, sample);
    expect({ status, text }).toMatchObject({ status: sample.status ?? operation.status });
  });
});
