import { type Counts, initialTenantNotify, type TenantNotify } from '@aftertone/contracts';
import type { Pool } from 'pg';
import type { GatewayKind } from '../gateways/gateway.ts';
import { audienceOf, audiencesOf, mayHaveMore, type Person } from '../known/audience.ts';
import { everybody } from '../known/known-counts.ts';
import {
  type KnownMailbox,
  type MailboxKey,
  type MailboxRow,
  mailboxColumns,
  mailboxFromRow,
} from '../known/known-mailboxes.ts';
import { addressKey, type KnownUser, KnownUsers } from '../known/known-users.ts';

/** What is known of one mailbox: everything that decides who is told of its messages, and the newest counts. */
export interface KnownSituation {
  mailbox: KnownMailbox;
  tenant: TenantNotify;
  gateways: ReadonlySet<GatewayKind>;
  /** Users behind the addresses that the mailbox names, or that were asked about, by address in lower case. */
  usersByEmail: ReadonlyMap<string, KnownUser>;
  /** As everybody sees them; null before the first message. */
  counts: Counts | null;
  /** The first page of the people behind it. */
  people: readonly Person[];
}

/** A mailbox with addresses other than those that it names. */
export type AskedMailbox = MailboxKey & { addresses: readonly string[] };

interface Row extends MailboxRow {
  n: number;
  tenantNotify: TenantNotify | null;
  kinds: GatewayKind[];
  counts: Counts | null;
}

const settings = `
  SELECT asked.n::int, ${mailboxColumns}, t.notify AS "tenantNotify", c.counts,
    ARRAY(SELECT g.kind FROM message_gateway g WHERE g.tenant_id = asked.tenant_id) AS kinds
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked(tenant_id, mailbox_id, n)
  JOIN known_mailbox b ON b.tenant_id = asked.tenant_id AND b.id = asked.mailbox_id
  LEFT JOIN known_tenant t ON t.id = asked.tenant_id
  LEFT JOIN known_counts c ON c.tenant_id = asked.tenant_id AND c.mailbox_id = asked.mailbox_id AND c.user_id = $3`;

const keyOf = ({ tenantId, mailboxId }: MailboxKey): string => `${tenantId} ${mailboxId}`;

/** Each mailbox once, with all that is asked of it. */
const unique = (asked: readonly AskedMailbox[]): AskedMailbox[] =>
  [...Map.groupBy(asked, keyOf).values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [{ ...first, addresses: [...first.addresses, ...more.flatMap(({ addresses }) => addresses)] }],
  );

/** A personal mailbox without owners has nobody behind it. */
const hasPeople = ({ mailbox }: { mailbox: KnownMailbox }): boolean =>
  mailbox.accessType !== 'personal' || mailbox.ownerUserIds.length > 0;

/** Looks once for many mailboxes, of any tenants. */
export class SituationPage {
  private readonly pool: Pool;
  private readonly known: ReadonlyMap<string, KnownSituation>;

  private constructor(pool: Pool, known: ReadonlyMap<string, KnownSituation>) {
    this.pool = pool;
    this.known = known;
  }

  static async load(pool: Pool, asked: readonly AskedMailbox[]): Promise<SituationPage> {
    if (asked.length === 0) return new SituationPage(pool, new Map());
    const mailboxes = unique(asked);
    const { rows } = await pool.query<Row>({
      name: 'situations',
      text: settings,
      values: [mailboxes.map(({ tenantId }) => tenantId), mailboxes.map(({ mailboxId }) => mailboxId), everybody],
    });
    const found = rows.flatMap(({ n, tenantNotify, kinds, counts, ...row }) => {
      const of = mailboxes[n - 1];
      if (of === undefined) return [];
      const mailbox = mailboxFromRow(row);
      const addresses = [...mailbox.notify.email.to, ...mailbox.notify.text.to, ...of.addresses];
      return [
        { of, mailbox, tenant: tenantNotify ?? initialTenantNotify, gateways: new Set(kinds), counts, addresses },
      ];
    });
    const peopled = found.filter(hasPeople);
    const [users, audiences] = await Promise.all([
      new KnownUsers(pool).byEmails(
        found.flatMap(({ of, addresses }) => addresses.map((address) => ({ tenantId: of.tenantId, address }))),
      ),
      audiencesOf(
        pool,
        peopled.map(({ of }) => of),
      ),
    ]);
    const peopleOf = new Map(peopled.map(({ of }, n) => [keyOf(of), audiences[n] ?? []]));
    const known = found.map(({ of, addresses, ...rest }): [string, KnownSituation] => {
      const usersByEmail = new Map(
        addresses.flatMap((address): Array<[string, KnownUser]> => {
          const user = users.get(addressKey(of.tenantId, address));
          return user === undefined ? [] : [[address.toLowerCase(), user]];
        }),
      );
      return [keyOf(of), { ...rest, usersByEmail, people: peopleOf.get(keyOf(of)) ?? [] }];
    });
    return new SituationPage(pool, new Map(known));
  }

  /** Null while nothing is known of the mailbox. */
  of(mailbox: MailboxKey): KnownSituation | null {
    return this.known.get(keyOf(mailbox)) ?? null;
  }

  /** The people after the first page, in pages. */
  async *morePeople(key: MailboxKey): AsyncGenerator<Person[]> {
    const known = this.of(key);
    const last = known?.people.at(-1);
    if (known === null || last === undefined || !mayHaveMore(known.people)) return;
    yield* audienceOf(this.pool, key, known.mailbox, last.id);
  }
}
