import type { Client } from '../client.ts';

type Gets = 'refused' | 'none' | 'unknown' | 'own';

/** One request that a route answers with success, made on objects of its own. */
export interface Sample {
  path: string;
  body?: unknown;
  /** Where the body is no JSON. */
  send?: (client: Client) => Promise<Response>;
  /** What nobody without access may change: what an administrator reads here stays the same. */
  look?: readonly string[];
  /**
   * What somebody without a share gets. `refused`: 403, or 404 where an object is named that is not `known`; `none`: success that shows and
   * changes nothing; `unknown`: 400, as it names what their tenant does not have; `own`: it is about what is their own,
   * so that there is nothing to refuse.
   */
  colleague?: Gets;
  foreign?: Gets;
  /** What the path names is no secret: 403 where it would be 404. */
  known?: boolean;
  /** Success, where it is not what the document says. */
  status?: number;
  /** Who is let through, where it is not who has just the access and every mailbox. */
  by?: Client;
}
