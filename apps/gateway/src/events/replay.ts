import { mailboxQueries, mediaQueries, notifyQueries, type ReplayPage, type ServiceName } from '@aftertone/contracts';
import type { Caller, ServiceCalls } from '../http/service-calls.ts';

/** Reads a stretch of one service's log as contract events of the caller's tenant. */
export type ReadLog = (
  service: ServiceName,
  afterPosition: number,
  limit: number,
  caller: Caller,
) => Promise<ReplayPage>;

const queries = { mailbox: mailboxQueries.events, media: mediaQueries.events, notify: notifyQueries.events };

/** The other services are asked, our own log is read. */
export const readLogs =
  (
    calls: ServiceCalls,
    own: (tenantId: string, afterPosition: number, limit: number) => Promise<ReplayPage>,
  ): ReadLog =>
  (service, afterPosition, limit, caller) =>
    service === 'gateway'
      ? own(caller.session.tenantId, afterPosition, limit)
      : calls.send(queries[service], { afterPosition, limit }, caller);
