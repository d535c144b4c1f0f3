import { Publisher } from '@aftertone/event-store';
import { type Bus, connectBus } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { Background } from './background.ts';
import type { Config } from './config.ts';
import { GreetingDesk } from './greetings/greeting-desk.ts';
import { GreetingsController } from './greetings/greetings.controller.ts';
import { OpeningGround } from './ground/opening-ground.ts';
import { HoldsController } from './legal-hold/holds.controller.ts';
import { MessageHolds } from './legal-hold/message-holds.ts';
import { MailboxDirectory } from './mailboxes/directory/mailbox.query.ts';
import { MailboxDesk } from './mailboxes/mailbox-desk.ts';
import { MailboxesController } from './mailboxes/mailboxes.controller.ts';
import { MemberDesk } from './mailboxes/members/member-desk.ts';
import { MembersController } from './mailboxes/members/members.controller.ts';
import { Pins } from './mailboxes/pin/pins.ts';
import { Batches } from './messages/batch.ts';
import { DepositDesk } from './messages/deposit/deposit-desk.ts';
import { MessageHistory } from './messages/history.ts';
import { MessageInbox } from './messages/inbox/message.query.ts';
import { MessageDesk } from './messages/message-desk.ts';
import { MessageQueriesController } from './messages/message-queries.controller.ts';
import { MessagesController } from './messages/messages.controller.ts';
import { WorkController } from './messages/work/work.controller.ts';
import { WorkDesk } from './messages/work/work-desk.ts';
import { makeParts } from './parts.ts';
import { EventsController } from './publishing/events.controller.ts';
import { mailboxPublisher } from './publishing/publisher.ts';
import { RetentionController } from './retention/retention.controller.ts';
import { RetentionPreview } from './retention/retention-preview.ts';

/** Token of the service's `Bus`. */
export const busToken = Symbol('bus');

const openBus = ({ NATS_URL, NATS_USER, NATS_PASSWORD }: Config, log: Logger): Bus =>
  connectBus({ url: NATS_URL, user: NATS_USER, password: NATS_PASSWORD, name: 'mailbox-svc', log });

@Module({})
class AppModule {}

/** The only place where the service's parts are wired together. */
export const appModule = (config: Config, logger: Logger): DynamicModule => {
  const bus = openBus(config, logger);
  const ground = new OpeningGround({
    databaseUrl: config.DATABASE_URL_MAILBOX,
    keks: [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS],
    logger,
  });
  const publisher = mailboxPublisher(config.AFTERTONE_CELL);
  const parts = makeParts(ground);
  return {
    module: AppModule,
    controllers: [
      MailboxesController,
      MembersController,
      GreetingsController,
      MessagesController,
      MessageQueriesController,
      WorkController,
      HoldsController,
      RetentionController,
      EventsController,
    ],
    providers: [
      { provide: busToken, useValue: bus },
      { provide: OpeningGround, useValue: ground },
      { provide: Background, useFactory: () => new Background({ config, logger, bus, ground, publisher }) },
      { provide: MailboxDirectory, useValue: parts.directory },
      { provide: MailboxDesk, useValue: parts.mailboxDesk },
      { provide: MemberDesk, useValue: parts.memberDesk },
      { provide: GreetingDesk, useValue: parts.greetingDesk },
      { provide: Pins, useValue: parts.pins },
      { provide: DepositDesk, useValue: parts.depositDesk },
      { provide: MessageDesk, useValue: parts.messageDesk },
      { provide: MessageHolds, useValue: parts.messageHolds },
      { provide: RetentionPreview, useValue: parts.retentionPreview },
      { provide: WorkDesk, useValue: parts.workDesk },
      { provide: Batches, useValue: parts.batches },
      { provide: MessageInbox, useValue: parts.inbox },
      { provide: MessageHistory, useValue: parts.history },
      { provide: Publisher, useValue: publisher },
    ],
  };
};
