import { Client } from '../client.ts';
import type { Sample } from './sample.ts';
import { name, newPolicy, newUser, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

const password = 'correct horse battery';

const tenant =
  (body?: unknown): Make =>
  async ({ admin }) => {
    const { id } = await admin.json<{ id: string }>('POST', '/v1/tenants', {
      name: name(),
      admin: { username: 'chief', password },
    });
    return { path: `/v1/tenants/${id}`, body, look: [`/v1/tenants/${id}`] };
  };

const policy =
  (body?: unknown): Make =>
  async ({ admin }) => {
    const path = `/v1/policies/${(await newPolicy(admin)).id}`;
    return { path, body, look: [path] };
  };

const user =
  (body?: unknown): Make =>
  async ({ admin, emptyPolicyId }) => {
    const path = `/v1/users/${(await newUser(admin, [emptyPolicyId])).id}`;
    return { path, body, look: [path] };
  };

const userNotifications =
  (body?: unknown): Make =>
  async (world) => {
    const { path } = await user()(world);
    return { path: `${path}/notifications`, body, look: [path] };
  };

/** A service token that may do no more than to be deleted. */
const serviceToken: Make = async ({ admin }) => {
  const { id } = await admin.json<{ id: string }>('POST', '/v1/service-tokens', {
    name: name(),
    acl: ['aftertone.service-tokens.*.delete'],
  });
  return { path: `/v1/service-tokens/${id}`, look: [`/v1/service-tokens/${id}`] };
};

const list =
  (path: string): Make =>
  async () => ({ path, foreign: 'none' });

const subscription =
  (path = '', body?: unknown): Make =>
  async ({ holder, allow }) => {
    await allow('aftertone.subscriptions.#', 'aftertone.events.read', 'events.#');
    const { id } = await holder.json<{ id: string }>('POST', '/v1/subscriptions', {
      name: name(),
    });
    return { path: `/v1/subscriptions/${id}${path}`, body };
  };

const ofOneself = { colleague: 'own', foreign: 'own' } as const;

export const identitySamples: Readonly<Record<string, Make>> = {
  logOut: async ({ admin, holderId }) => {
    const { username } = await admin.json<{ username: string }>('GET', `/v1/users/${holderId}`);
    const { token } = await admin.json<{ token: string }>('POST', '/v1/tokens', { username, password });
    return { path: '/v1/tokens/current', by: new Client(admin.url, token), ...ofOneself };
  },
  listTenants: list('/v1/tenants'),
  createTenant: async ({ admin }) => ({
    path: '/v1/tenants',
    body: { name: name(), admin: { username: 'chief', password } },
    look: ['/v1/tenants?limit=200'],
    foreign: 'own',
    by: admin,
  }),
  readTenant: tenant(),
  changeTenant: tenant({ multipleSharedMailboxes: false }),
  listPolicies: list('/v1/policies'),
  createPolicy: async () => ({
    path: '/v1/policies',
    body: { name: name(), acl: [] },
    look: ['/v1/policies?limit=200'],
    foreign: 'own',
  }),
  readPolicy: policy(),
  changePolicy: policy({ description: 'changed' }),
  deletePolicy: policy(),
  listUsers: list('/v1/users'),
  createUser: async ({ emptyPolicyId }) => ({
    path: '/v1/users',
    body: { username: name(), password, policyIds: [emptyPolicyId] },
    look: ['/v1/users?limit=200'],
    foreign: 'unknown',
  }),
  readUser: user(),
  changeUser: user({ firstName: 'Changed' }),
  deleteUser: user(),
  readUserNotifications: userNotifications(),
  changeUserNotifications: userNotifications({ push: { enabled: false } }),
  listServiceTokens: list('/v1/service-tokens'),
  createServiceToken: async () => ({
    path: '/v1/service-tokens',
    body: { name: name(), acl: ['aftertone.service-tokens.create'] },
    look: ['/v1/service-tokens?limit=200'],
    foreign: 'own',
  }),
  readServiceToken: serviceToken,
  deleteServiceToken: serviceToken,
  streamEvents: async () => ({ path: '/v1/events', ...ofOneself }),
  // What the socket itself does is told elsewhere: here it is enough to get as far as being asked to upgrade.
  openEventSocket: async () => ({ path: '/v1/events/ws', status: 426, ...ofOneself }),
  listEvents: async () => ({ path: '/v1/events/history', colleague: 'none', foreign: 'none' }),
  listSubscriptions: async () => ({ path: '/v1/subscriptions', colleague: 'none', foreign: 'none' }),
  openSubscription: async () => ({ path: '/v1/subscriptions', body: { name: name() }, ...ofOneself }),
  readSubscription: subscription(),
  keepReplay: subscription('/replay', { after: null }),
  deleteSubscription: subscription(),
  prepareBusLogin: async () => ({ path: '/v1/events/nats', ...ofOneself }),
};
