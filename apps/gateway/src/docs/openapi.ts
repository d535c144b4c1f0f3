import { administerAccess } from '@aftertone/contracts';
import { z } from 'zod';
import { tenantHeaders } from '../access/tenant-of.ts';
import { placeholdersOf } from '../http/path.ts';
import { actsInTenant, type Route, takesIfNoneMatch } from '../http/route.ts';
import { audioTypes } from '../messages/audio.routes.ts';
import { components } from './components.ts';
import { responsesOf } from './responses.ts';

const refTo = (id: string): string => `#/components/schemas/${id}`;

/** What a client may send and what it gets look alike: schemas are written as they are given, before any transform. */
const schemaOptions = {
  io: 'input',
  target: 'draft-2020-12',
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    // That JSON numbers stay exact tells a reader nothing.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

const named = (schema: z.ZodType): object => {
  const id = components.get(schema)?.id;
  if (id === undefined) throw new Error('A body or answer of a route is no component of the OpenAPI document');
  return { $ref: refTo(id) };
};

const withoutDialect = ({ $schema: _, ...schema }: Record<string, unknown>): Record<string, unknown> => schema;

const inline = (schema: z.ZodType): Record<string, unknown> =>
  withoutDialect({ ...z.toJSONSchema(schema, schemaOptions) });

/** A parameter's schema, with its description beside it. */
const described = (parameter: z.ZodType): object => {
  const { description, ...schema } = inline(parameter);
  return { ...(description === undefined ? {} : { description }), schema };
};

const queryParameters = (query: z.ZodType | undefined): object[] => {
  if (!(query instanceof z.ZodObject)) return [];
  return Object.entries<z.ZodType>(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    ...described(schema),
  }));
};

const headerParameter = ([name, description]: [string, string]): object => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

const pathParameter = (name: string, { me, texts }: Route): object => {
  const parameter = { name, in: 'path', required: true };
  const text = texts?.[name];
  if (text !== undefined) return { ...parameter, ...described(text) };
  if (name !== 'id' || me !== true) return { ...parameter, schema: { type: 'string', format: 'uuid' } };
  return { ...parameter, description: 'An id, or `me`', schema: { type: 'string' } };
};

/** Which tenant a request acts in: described once, and named by every route where it means something. */
const tenantParameters = Object.fromEntries(
  tenantHeaders.map((name) => [
    name,
    headerParameter([
      name,
      'Id or name of the tenant to act in: the own one or, with the access ' +
        `\`${administerAccess}\`, one below it; any other is \`tenant-not-found\`. ${tenantHeaders.join(' and ')} mean the same.`,
    ]),
  ]),
);

const parametersOf = (route: Route): object[] => [
  ...(actsInTenant(route) ? tenantHeaders.map((name) => ({ $ref: `#/components/parameters/${name}` })) : []),
  ...placeholdersOf(route.path).map((name) => pathParameter(name, route)),
  ...queryParameters(route.query),
  ...(route.conditional ? [headerParameter(['If-Match', 'The ETag that the change is meant for'])] : []),
  ...(route.conditional && route.builtIn
    ? [headerParameter(['If-None-Match', '`*`: only where nobody has replaced what is built in'])]
    : []),
  ...(takesIfNoneMatch(route) ? [headerParameter(['If-None-Match', 'The ETag of what the client has: 304'])] : []),
  ...Object.entries(route.headers ?? {}).map(headerParameter),
];

const rawAudio = () => Object.fromEntries([...audioTypes, 'application/octet-stream'].map((type) => [type, {}]));

/** A form with the part `audio`, and JSON in the others. */
const audioForm = (others: Record<string, object>): object => {
  const properties = { ...others, audio: { type: 'string', format: 'binary' } };
  const json = Object.fromEntries(Object.keys(others).map((name) => [name, { contentType: 'application/json' }]));
  const encoding = { ...json, audio: { contentType: audioTypes.join(', ') } };
  return { 'multipart/form-data': { schema: { type: 'object', properties, additionalProperties: false }, encoding } };
};

const bodyOf = ({ bodyKind, body }: Route): object => {
  switch (bodyKind) {
    case 'none':
      return {};
    case 'json':
      return body === undefined
        ? {}
        : { requestBody: { required: true, content: { 'application/json': { schema: named(body) } } } };
    case 'audio':
      return { requestBody: { required: true, content: rawAudio() } };
    case 'upload':
      return { requestBody: { required: true, content: { ...rawAudio(), ...audioForm({}) } } };
    case 'mail':
      return { requestBody: { required: true, content: { 'message/rfc822': {} } } };
    case 'multipart': {
      const metadata = body === undefined ? {} : { metadata: named(body) };
      return { requestBody: { required: true, content: audioForm(metadata) } };
    }
  }
};

/** What a route takes beside its access, in words. */
const takes = ({ right }: Route): string | undefined => {
  if (right === undefined) return undefined;
  return right === 'administer'
    ? `It takes \`${administerAccess}\`.`
    : `It takes the right \`${right}\` in the mailbox.`;
};

const descriptionOf = (route: Route): string | undefined =>
  [route.description, takes(route)].filter((text) => text !== undefined).join(' ') || undefined;

const operation = (route: Route): object => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  ...(descriptionOf(route) === undefined ? {} : { description: descriptionOf(route) }),
  ...(route.access === null ? { security: [] } : { 'x-access': route.access }),
  ...(route.right === undefined ? {} : { 'x-right': route.right }),
  ...(parametersOf(route).length === 0 ? {} : { parameters: parametersOf(route) }),
  ...bodyOf(route),
  responses: responsesOf(route, named),
});

const pathsOf = (routes: readonly Route[]): Record<string, Record<string, object>> => {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return paths;
};

/** The OpenAPI 3.1 document of the routes. */
export const openApiDocument = (routes: readonly Route[], publicUrl: string): Record<string, unknown> => {
  const paths = pathsOf(routes);
  const { schemas } = z.toJSONSchema(components, { ...schemaOptions, uri: refTo });
  return {
    openapi: '3.1.1',
    info: {
      title: 'Aftertone',
      version: '1',
      description:
        'The native API of Aftertone. An object that belongs to another tenant, or that the token may not touch, does not ' +
        'exist: 404. `x-access` names the access that a token needs, and `x-right` the right that it takes besides in the mailbox ' +
        `concerned: by owning it, as a member, or by the token's ACL. \`administer\` there is the access \`${administerAccess}\`, ` +
        'which gives every right in every mailbox that the ACL does not deny.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }, { authToken: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      parameters: tenantParameters,
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([id, { $id: _, id: __, ...schema }]) => [id, withoutDialect(schema)]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        authToken: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
      },
    },
  };
};
