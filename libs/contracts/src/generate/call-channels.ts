import { toJsonSchema } from '../json-schema.ts';
import { callHeaders } from '../rpc/call.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { parametersOf } from './event-channels.ts';
import { callSample } from './samples.ts';

/** `mailbox.create-mailbox`: what a call is named in the documents. */
export const callName = ({ service, name }: Rpc): string => `${service}.${name}`;

const json = { type: 'string', contentMediaType: 'application/json' };

/** Headers of every call. */
export const callHeadersSchema = {
  type: 'object',
  properties: {
    [callHeaders.tenant]: { type: 'string', format: 'uuid' },
    [callHeaders.actor]: { ...json, description: 'on whose behalf: {kind, id, admin}' },
    [callHeaders.correlationId]: { type: 'string' },
    [callHeaders.deadline]: {
      type: 'string',
      description:
        'when the caller stops waiting, milliseconds since 1970; counts only where the header below is missing',
    },
    [callHeaders.timeout]: {
      type: 'string',
      description: 'how long the caller waits, milliseconds from when this arrives',
    },
    [callHeaders.traceparent]: { type: 'string', description: 'W3C trace context' },
    [callHeaders.idempotency]: { ...json, description: 'Idempotency-Key with its route and a hash of the request' },
  },
  required: [callHeaders.tenant, callHeaders.actor, callHeaders.correlationId, callHeaders.deadline],
};

const draft7 = { target: 'draft-7' } as const;

/** Messages of one call: what is asked and what is answered. */
export const callMessages = (rpc: Rpc): Record<string, object> => {
  const call = callName(rpc);
  const { input, output } = callSample(call);
  const kind = rpc.kind === 'cmd' ? 'command' : 'query';
  return {
    [`${call}.request`]: {
      name: call,
      title: `${call} (${kind})`,
      contentType: 'application/json',
      headers: { $ref: '#/components/schemas/callHeaders' },
      payload: toJsonSchema(rpc.input, 'input', draft7),
      examples: [{ payload: input }],
    },
    [`${call}.reply`]: {
      name: `${call} reply`,
      title: `what ${call} answers`,
      contentType: 'application/json',
      // A reply of an older service lacks what came later; whoever reads it fills in the defaults.
      payload: toJsonSchema(rpc.output, 'input', draft7),
      examples: [{ payload: output }],
    },
  };
};

/**
 * Channels and the operation of one call. Only the gateway may ask and only the owning service answers, so no access
 * of a token opens it: `x-access` is null.
 */
export const callChannels = (rpc: Rpc) => {
  const call = callName(rpc);
  const address = `${rpc.kind}.{cell}.${rpc.service}.${rpc.name}`;
  return {
    channels: {
      [call]: {
        address,
        title: call,
        parameters: parametersOf(address),
        messages: { request: { $ref: `#/components/messages/${call}.request` } },
        'x-access': null,
      },
      [`${call}.reply`]: {
        address: null,
        title: `reply of ${call}`,
        messages: {
          reply: { $ref: `#/components/messages/${call}.reply` },
          error: { $ref: '#/components/messages/error' },
        },
        'x-access': null,
      },
    },
    operation: {
      action: 'receive',
      channel: { $ref: `#/channels/${call}` },
      messages: [{ $ref: `#/channels/${call}/messages/request` }],
      bindings: { nats: { queue: rpc.service } },
      reply: {
        address: { location: '$message.header#/reply-to', description: 'the NATS reply subject' },
        channel: { $ref: `#/channels/${call}.reply` },
        messages: [
          { $ref: `#/channels/${call}.reply/messages/reply` },
          { $ref: `#/channels/${call}.reply/messages/error` },
        ],
      },
      'x-access': null,
      'x-deadline-ms': rpc.deadlineMs,
    },
  };
};
