import { networkOf } from '../../http-out/address-rules.ts';
import { type HttpOut, openHttpOut } from '../../http-out/http-out.ts';
import { newMessageNotice, type PushNotice } from './push-notice.ts';

export const notice: PushNotice = newMessageNotice({
  callerName: 'Zoë',
  callerNumber: '1001',
  items: { voicemail_id: 7, message_id: 'm1' },
  badge: 3,
  urgent: false,
  collapseId: 'message-1',
  at: new Date('2026-03-01T12:00:00Z'),
});

export const never = new AbortController().signal;

/** Calls servers of this host. */
export const localHttpOut = (extraCa?: string): HttpOut =>
  openHttpOut({
    allowNetworks: [networkOf('127.0.0.0/8')],
    allowHttp: true,
    timeoutMs: 500,
    keptConnections: 10,
    ...(extraCa === undefined ? {} : { extraCa }),
  });
