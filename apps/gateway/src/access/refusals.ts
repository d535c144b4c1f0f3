import { DomainError, notFound, rejected } from '@aftertone/kernel';

/** The detail of an error that becomes the `Retry-After` header, in seconds. */
export const retryAfterDetail = 'retryAfterSeconds';

export const unauthenticated = (): DomainError =>
  rejected('unauthenticated', 'A valid token is needed, as Authorization: Bearer or X-Auth-Token');

export const forbidden = (access: string): DomainError =>
  rejected('forbidden', `The token does not allow ${access}`, { access });

export const platformAdministratorRequired = (): DomainError =>
  rejected('platform-administrator-required', 'Only an administrator of the first tenant chooses a cell');

/** One answer for every wrong log-in, whatever was wrong about it. */
export const wrongLogIn = (): DomainError => rejected('wrong-credentials', 'Tenant, user name or password is wrong');

export const tooManyLogIns = (seconds: number): DomainError =>
  rejected('too-many-log-ins', 'There were too many log-ins; try again later', { [retryAfterDetail]: seconds });

/** One answer for every tenant that a request may not act in, whether there is one or not. */
export const tenantNotFound = (): DomainError => notFound('tenant-not-found', 'There is no such tenant');
