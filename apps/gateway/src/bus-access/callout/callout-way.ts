import type { EventStore } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import { type Bus, connectBus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { Stoppable } from '../../background/repeatedly.ts';
import { electedRounds } from '../elected-rounds.ts';
import type { BusLogins } from '../logins.ts';
import type { CalloutWay } from '../way.ts';
import type { WayIn } from '../way-in.ts';
import { answerLogins } from './callout.ts';
import { cutOff } from './cut-off.ts';
import { type CalloutKeys, calloutKeys } from './keys.ts';

/** First server that asks; older ones ignore the setting without a word. */
const oldestServer = '2.10.0';
/** With what a round takes well below the five seconds in which an ended token must be off the bus. */
const cutOffEveryMs = 2_000;

export interface CalloutWayOptions {
  bus: Bus;
  /** Address of the bus as the gateway reaches it. */
  url: string;
  way: CalloutWay;
  logins: BusLogins;
  /** Name of an election for this bus. */
  own(name: string): string;
  logger: Logger;
}

/** The server asks us who may log in, and we end the connections of those who may no longer. */
export class ByCallout implements WayIn {
  private readonly options: CalloutWayOptions;
  private readonly system: Bus;
  private readonly keys: CalloutKeys;

  constructor(options: CalloutWayOptions) {
    this.options = options;
    const { url, way, logger } = options;
    this.keys = calloutKeys(way);
    this.system = connectBus({ url, ...way.system, name: 'gateway-system', log: logger });
  }

  async admit(): Promise<void> {
    const { bus } = this.options;
    // Not waiting for one: throws while the bus is down.
    bus.connection();
    await bus.requireServer(oldestServer);
  }

  start(store: EventStore): Stoppable[] {
    const { bus, own, logger } = this.options;
    const work = { ...this.options, system: this.system, keys: this.keys };
    void bus.requireServer(oldestServer).catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === 'rejected')
        logger.error({ err: error }, 'this server asks nobody who may log in: direct log-ins do not work');
    });
    return [
      answerLogins(work),
      electedRounds({ store, name: own('bus-cut-off'), everyMs: cutOffEveryMs }, () => () => cutOff(work)),
    ];
  }

  async close(): Promise<void> {
    await this.system.close();
  }
}
