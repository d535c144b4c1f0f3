import { encodeAuthorizationResponse, encodeUser } from '@nats-io/jwt';
import { fromPublic } from '@nats-io/nkeys';
import type { BusLogin } from '../logins.ts';
import { busRights, connectionTypes } from '../rights.ts';
import { subscribersAccount } from '../way.ts';
import type { CalloutKeys } from './keys.ts';
import type { LoginRequest } from './request.ts';
import { admittedName } from './user-name.ts';

/** Acknowledgements are a few bytes, and nothing else may be published. */
const largestPayload = 1_024;
const mostSubscriptions = 1_000;

const userJwt = ({ userKey }: LoginRequest, login: BusLogin, { issuer }: CalloutKeys): Promise<string> | null => {
  const rights = busRights(login.permissions);
  if (rights === null) return null;
  const { expiresAt } = login;
  return encodeUser(
    admittedName(login),
    fromPublic(userKey),
    issuer,
    {
      sub: rights.subscribe,
      pub: rights.publish,
      subs: mostSubscriptions,
      payload: largestPayload,
      allowed_connection_types: [...connectionTypes],
    },
    { aud: subscribersAccount, ...(expiresAt === null ? {} : { exp: Math.floor(expiresAt / 1_000) }) },
  );
};

/** The sealed answer: a JWT for the log-in, or a refusal without one (or with subjects that the server would not take). */
export const answerTo = async (
  request: LoginRequest,
  login: BusLogin | null,
  keys: CalloutKeys,
): Promise<Uint8Array> => {
  const jwt = login && (await userJwt(request, login, keys));
  const response = await encodeAuthorizationResponse(
    fromPublic(request.userKey),
    fromPublic(request.serverId),
    keys.issuer,
    jwt === null ? { error: 'not authorized' } : { jwt },
    {},
  );
  return keys.curve.seal(new TextEncoder().encode(response), request.serverKey);
};
