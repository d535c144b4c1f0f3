import type { Right } from '@aftertone/contracts';
import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * How a request carries its body. Audio and mails are streamed and never held in memory; an `upload` is audio, alone or as
 * the part `audio` of a form.
 */
export type BodyKind = 'json' | 'multipart' | 'audio' | 'upload' | 'mail' | 'none';

/** One operation of the native API: routing, access, checking and documentation all come from here. */
export interface Route<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** Lasting name in the OpenAPI document, and the name of the route's deduplication keys. */
  operationId: string;
  method: Method;
  /** With `{placeholders}`, each an id; `{id}` is the object that the route is about. */
  path: string;
  /** Placeholders that are no ids, with what they may be. */
  texts?: Readonly<Record<string, z.ZodType<string>>>;
  /** `me` may stand for the token's user in `{id}`. */
  me?: boolean;
  tag: string;
  summary: string;
  description?: string;
  /** `X-Tenant` means nothing here: it is about the token itself. */
  ownTenant?: boolean;
  /** Access that the token's ACL must allow, with the path's `{placeholders}`; null is open to everybody. */
  access: string | null;
  /**
   * What it takes beside the access: a right in the mailbox, which the owning service decides on, or the access to
   * administer the tenant.
   */
  right?: Right | 'administer';
  query?: Query;
  body?: Body;
  bodyKind: BodyKind;
  /** Status of success. */
  status: number;
  /** Absent: no content, or `answerTypes`. */
  answer?: Answer;
  /** Media types of an answer that is no JSON. */
  answerTypes?: readonly string[];
  /** When there is nothing to answer with: 204. */
  mayBeEmpty?: string;
  /** Code of the 404 that hides a missing, foreign or forbidden object; absent where no object is named. */
  missing?: string;
  /** What it names is the same for everybody: who lacks the access is told so (403), instead of that there is no such thing. */
  known?: boolean;
  /** The answer's `version` becomes its `ETag`. */
  versioned?: boolean;
  /** `If-Match` is understood. */
  conditional?: boolean;
  /** Something built in stands there until somebody makes it: `If-Match: *` and `If-None-Match: *` ask whether somebody did. */
  builtIn?: boolean;
  /** Where the made object is, from its id. */
  location?: string;
  /** Request headers beside the common ones. */
  headers?: Readonly<Record<string, string>>;
  /** Codes of refusals that are particular to this operation, by status. */
  refusals?: Readonly<Record<number, readonly string[]>>;
}

type Given<Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType> = Omit<
  Route<Query, Body, Answer>,
  'bodyKind'
> & { bodyKind?: BodyKind };

/** Keeps the exact types of the schemas; a route with a body schema takes JSON unless it says otherwise. */
export const defineRoute = <
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodVoid,
>(
  route: Given<Query, Body, Answer>,
): Route<Query, Body, Answer> => ({ bodyKind: route.body === undefined ? 'none' : 'json', ...route });

/** Whether a request may name a tenant to act in. */
export const actsInTenant = ({ access, ownTenant }: Route): boolean => access !== null && ownTenant !== true;

/** Whether who lacks the access is told so: it names nothing that they may not know of. */
export const saysForbidden = ({ access, missing, known }: Route): boolean =>
  access !== null && (missing === undefined || known === true);

/** Whether parts of the answer can be asked for. */
export const takesRange = ({ headers }: Route): boolean => headers?.Range !== undefined;

/** Whether the answer can be told by its tag to be the one that the client has. */
export const takesIfNoneMatch = (route: Route): boolean =>
  route.method === 'GET' && (route.versioned === true || takesRange(route));
