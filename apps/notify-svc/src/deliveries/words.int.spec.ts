import { gatewayCommands } from '@aftertone/contracts';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { callOf, localRules } from '../devices/device.samples.ts';
import { GatewayDesk } from '../gateways/gateway-desk.ts';
import { openOutgoing } from '../parts.ts';
import { messageOf, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';
import { webhooksOf } from '../test-support/webhooks.ts';
import { deliveryAggregate } from './delivery.aggregate.ts';

const name = 'Zoë Würz';
const number = '+33155501234';
const secret = 'SECRET SMS+2/x';

/** As servers may quote what they were sent; we write only some of them ourselves. */
const spellings = [name, number, secret].flatMap((text) => [
  text,
  text.toUpperCase(),
  text.replaceAll(' ', '+'),
  text.replace('+33', '33 '),
  encodeURIComponent(text),
  new URLSearchParams([['', text]]).toString().slice(1),
  text.replace(/[ëü+]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16).toUpperCase()}`),
  text.replace(/[ëü+]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  Buffer.from(text).toString('base64'),
  Buffer.from(text).toString('hex'),
  `=?utf-8?Q?${encodeURIComponent(text).replaceAll('%', '=')}?=`,
]);
const told = (text: string): string[] => spellings.filter((spelling) => text.includes(spelling));

let notify: Notify;
let sink: TestHttpSink;
beforeEach(async () => {
  [notify, sink] = await Promise.all([startNotify(), startHttpSink()]);
});
afterEach(async () => {
  await notify.close();
  await sink.close();
});

const failing = (message: ReturnType<ReturnType<typeof someMailbox>['messageCreated']>, count: number) =>
  eventually(async () => {
    const all = await notify.deliveries(message);
    expect(all.map(({ attempts }) => attempts[0]?.outcome)).toEqual(Array(count).fill('failed'));
    return all;
  });

it('keeps nothing of what webhooks and SMS gateways say, however they spell it', async () => {
  const box = someMailbox({ to: [], notify: { sms: { to: ['+351910000000'] }, mwi: { enabled: false } } });
  const http = openOutgoing(sendingConfig);
  const desk = new GatewayDesk(notify.ground, localRules, http);
  const gateway = {
    ...{ url: `${sink.url}/sms`, contentType: 'form', secrets: { user: secret } },
    body: { u: '{{ secrets.user }}', to: '{{ to }}', text: '{{ text }}' },
  };
  await desk.setSms(gatewayCommands.setSmsGateway.input.parse({ gateway }), callOf(box.tenantId, true));
  await notify.tell(box.created());
  await webhooksOf(notify).create(box.tenantId, { url: `${sink.url}/hook` });
  sink.behave(({ body }) => ({
    ...{ kind: 'answer', status: 422, headers: { location: `http://${spellings[8]}` } },
    body: [...spellings, body.toString()].join(' '),
  }));
  const message = box.messageCreated({ callerName: name, callerNumber: number });
  await notify.tell(message);
  const lines: string[] = [];
  const info = notify.logger.info;
  notify.logger.info = (...about: unknown[]) => void lines.push(JSON.stringify(about));
  notify.startSending();
  const all = await failing(message, 2);
  await eventually(() => expect(lines.join()).toContain('answered 422'));
  notify.logger.info = info;
  expect(all.map(({ attempts }) => attempts[0]?.detail)).toEqual(['answered 422', 'answered 422']);
  expect(told(lines.join())).toEqual([]);
  expect(told(await notify.everything())).toEqual([]);
  await desk.onApplicationShutdown();
});

it('forgets with the message what mail servers said of it: outcome, status and times stay', async () => {
  const box = someMailbox({ to: ['anna@example.test'] });
  const message = box.messageCreated({ callerName: name, callerNumber: number });
  await notify.tell(box.created(), message);
  const text = `no ${spellings.join(' ')}`.slice(0, 400);
  notify.smtp.behave({ kind: 'refuse', code: 554, text, at: 'data' });
  notify.startSending();
  const [before] = await failing(message, 1);
  const { rows } = await notify.store.pool.query<{ data: string }>('SELECT data::text FROM event');
  expect(told(rows.map(({ data }) => data).join())).toEqual([]);
  expect(told(await notify.everything())).not.toEqual([]);

  await notify.tell(box.messageDeleted(messageOf(message), 'purged'));
  const [after] = await notify.deliveries(message);
  const [attempt] = before?.attempts ?? [];
  expect(after?.attempts).toEqual([{ ...attempt, outcome: 'failed', status: 554, detail: '554' }]);
  expect(told(await notify.everything())).toEqual([]);
  const { state } = await notify.store.load(deliveryAggregate, box.tenantId, after?.id ?? '');
  expect(state).toMatchObject({ status: 'failed', attempts: after?.attempts, erased: true });
});
