import { z } from 'zod';
import { id, instant, language, mediaId, tenantId, userId } from '../common.ts';
import { policy, tenant, user } from '../identity.ts';
import { promptKey } from '../prompt.ts';
import { defineEvent } from './definition.ts';

export const mediaStored = defineEvent({
  service: 'media',
  audiences: false,
  type: 'media_stored',
  path: 'media.{mediaId}.stored',
  summary: 'A recording was stored and probed.',
  data: z.object({
    mediaId,
    contentType: z.string(),
    codec: z.string(),
    durationMs: z.number().int(),
    bytes: z.number().int(),
    sha256: z.string(),
  }),
});

export const mediaDeleted = defineEvent({
  service: 'media',
  audiences: false,
  type: 'media_deleted',
  path: 'media.{mediaId}.deleted',
  summary: 'A recording was removed from storage: nothing refers to it any more, or nothing ever did for a day.',
  data: z.object({ mediaId, reason: z.enum(['released', 'orphan']) }),
});

const promptFacts = { mediaId, language, key: promptKey };

export const promptUpdated = defineEvent({
  service: 'media',
  audiences: false,
  type: 'prompt_updated',
  path: 'media.{mediaId}.prompt_updated',
  summary: 'A tenant replaced a clip that is spoken on the phone by a recording of its own.',
  data: z.object({
    ...promptFacts,
    contentType: z.string(),
    durationMs: z.number().int(),
    bytes: z.number().int(),
    sha256: z.string(),
  }),
});

export const promptReset = defineEvent({
  service: 'media',
  audiences: false,
  type: 'prompt_reset',
  path: 'media.{mediaId}.prompt_reset',
  summary: 'A clip that a tenant had replaced is the built-in one again.',
  /** `mediaId`: the recording that is heard no more. */
  data: z.object(promptFacts),
});

export const tenantCreated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'tenant_created',
  path: 'identity.tenants.{tenantId}.created',
  summary: 'A tenant was created.',
  data: z.object({ tenantId, tenant }),
});

export const tenantUpdated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'tenant_updated',
  path: 'identity.tenants.{tenantId}.updated',
  summary: 'Settings of a tenant changed; `changed` names them.',
  data: z.object({ tenantId, tenant, changed: z.array(z.string()) }),
});

export const policyCreated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'policy_created',
  path: 'identity.policies.{policyId}.created',
  summary: 'A policy was created.',
  data: z.object({ policyId: id, policy }),
});

export const policyUpdated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'policy_updated',
  path: 'identity.policies.{policyId}.updated',
  summary: 'A policy changed, and with it what its users may do; `changed` names the fields.',
  data: z.object({ policyId: id, policy, changed: z.array(z.string()) }),
});

export const policyDeleted = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'policy_deleted',
  path: 'identity.policies.{policyId}.deleted',
  summary: 'A policy that nobody had any more was deleted.',
  data: z.object({ policyId: id }),
});

export const serviceTokenCreated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'service_token_created',
  path: 'identity.service_tokens.{serviceTokenId}.created',
  summary: 'A service token was made. The token itself is in no event.',
  data: z.object({ serviceTokenId: id, name: z.string(), acl: z.array(z.string()), expiresAt: instant.nullable() }),
});

export const serviceTokenDeleted = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'service_token_deleted',
  path: 'identity.service_tokens.{serviceTokenId}.deleted',
  summary: 'A service token was deleted; what was connected with it is cut off.',
  data: z.object({ serviceTokenId: id }),
});

export const subscriptionCreated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'subscription_created',
  path: 'identity.subscriptions.{subscriptionId}.created',
  summary: 'A durable subscription to events was made.',
  data: z.object({
    subscriptionId: id,
    ownerId: id,
    name: z.string().nullable(),
    types: z.array(z.string()).nullable(),
  }),
});

export const subscriptionDeleted = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'subscription_deleted',
  path: 'identity.subscriptions.{subscriptionId}.deleted',
  summary: 'A durable subscription ended.',
  data: z.object({ subscriptionId: id }),
});

export const userCreated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'user_created',
  path: 'identity.users.{userId}.created',
  summary: 'A user was created.',
  data: z.object({ userId, user }),
});

export const userUpdated = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'user_updated',
  path: 'identity.users.{userId}.updated',
  summary: 'Fields of a user changed; `changed` names them (`password` without its value).',
  data: z.object({ userId, user, changed: z.array(z.string()) }),
});

export const userDeleted = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'user_deleted',
  path: 'identity.users.{userId}.deleted',
  summary: 'A user was deleted and all tokens of the user were revoked.',
  data: z.object({ userId }),
});

export const tokenIssued = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'token_issued',
  path: 'identity.tokens.{userId}.issued',
  summary: 'Somebody logged in. The token itself is in no event.',
  data: z.object({ userId, tokenId: id, expiresAt: instant }),
});

export const tokenRevoked = defineEvent({
  service: 'gateway',
  audiences: false,
  type: 'token_revoked',
  path: 'identity.tokens.{userId}.revoked',
  summary: 'A token was revoked before its end.',
  data: z.object({ userId, tokenId: id }),
});
