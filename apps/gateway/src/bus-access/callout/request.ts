import { type AuthorizationRequest, decode } from '@nats-io/jwt';
import type { KeyPair } from '@nats-io/nkeys';
import { z } from 'zod';

const request = z.object({
  server_id: z.object({ id: z.string() }),
  user_nkey: z.string(),
  connect_opts: z.object({ user: z.string().default(''), pass: z.string().default('') }),
});

/** Who wants in, and how the server wants to be answered. */
export interface LoginRequest {
  serverId: string;
  /** The server's curve key. */
  serverKey: string;
  /** Key for which the server expects a JWT: made for this one log-in. */
  userKey: string;
  user: string;
  /** The token, if it is one. */
  password: string;
}

/** Opens what the server asks. Throws when it was not sealed to us, not signed or is not such a request. */
export const readRequest = (sealed: Uint8Array, serverKey: string, curve: KeyPair): LoginRequest => {
  const text = curve.open(sealed, serverKey);
  if (text === null) throw new Error('a request to log in was not sealed to us');
  const { nats } = decode<AuthorizationRequest>(new TextDecoder().decode(text));
  const { server_id: server, user_nkey: userKey, connect_opts: given } = request.parse(nats);
  return { serverId: server.id, serverKey, userKey, user: given.user, password: given.pass };
};
