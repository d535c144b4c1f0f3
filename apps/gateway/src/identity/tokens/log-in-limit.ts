import { createHash } from 'node:crypto';
import { tooManyLogIns } from '../../access/refusals.ts';
import type { Database } from '../../database/database.ts';

export interface LogInLimits {
  /** Tries of one name in one window. */
  perUser: number;
  /** Tries from one address in one window. */
  perAddress: number;
  windowSeconds: number;
}

interface Counted {
  subject: string;
  attempts: number;
  secondsLeft: number;
}

/** An IPv6 subscriber has a whole /64 to choose addresses from. */
const network = (address: string): string =>
  address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address;

/** Names that people try may be anything, also their password: only a digest is kept. */
const subjectOf = (kind: string, ...parts: string[]): string =>
  `${kind}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;

/** Counts log-ins of all replicas. A try counts before its password is looked at, so that none slips through in parallel. */
export class LogInLimit {
  private readonly database: Database;
  private readonly limits: LogInLimits;

  constructor(database: Database, limits: LogInLimits) {
    this.database = database;
    this.limits = limits;
  }

  /** Throws 429 with `Retry-After` when the name or the address has tried too often. */
  async count(tenant: string, username: string, address: string): Promise<void> {
    const user = subjectOf('user', tenant, username.toLowerCase());
    const from = subjectOf('address', network(address));
    // Sorted, so that two log-ins never wait for each other's row.
    const { rows } = await this.database.query<Counted>(
      `INSERT INTO login_attempts AS a (subject, attempts, ends_at)
       SELECT s, 1, now() + make_interval(secs => $2) FROM unnest($1::text[]) s ORDER BY s
       ON CONFLICT (subject) DO UPDATE SET
         attempts = CASE WHEN a.ends_at < now() THEN 1 ELSE a.attempts + 1 END,
         ends_at = CASE WHEN a.ends_at < now() THEN excluded.ends_at ELSE a.ends_at END
       RETURNING subject, attempts, ceil(extract(epoch FROM a.ends_at - now()))::integer AS "secondsLeft"`,
      [[user, from], this.limits.windowSeconds],
    );
    const most = (subject: string): number => (subject === user ? this.limits.perUser : this.limits.perAddress);
    const over = rows.filter(({ subject, attempts }) => attempts > most(subject));
    if (over.length > 0) throw tooManyLogIns(Math.max(1, ...over.map(({ secondsLeft }) => secondsLeft)));
  }

  /** A right password gives the name its tries back; the address keeps all but this one. */
  async forgive(tenant: string, username: string, address: string): Promise<void> {
    await this.database.query('DELETE FROM login_attempts WHERE subject = $1', [
      subjectOf('user', tenant, username.toLowerCase()),
    ]);
    await this.database.query('UPDATE login_attempts SET attempts = attempts - 1 WHERE subject = $1 AND attempts > 0', [
      subjectOf('address', network(address)),
    ]);
  }
}
