import { readFileSync } from 'node:fs';
import { eventDefinitions } from '../events/index.ts';
import { toJsonSchema } from '../json-schema.ts';
import { rpcs } from '../rpc/catalogue.ts';
import { asyncApi } from './asyncapi.ts';
import { callName } from './call-channels.ts';
import { eventJsonSchema } from './event-messages.ts';
import { withEventTable } from './event-table.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const schemaFile = (id: string, about: Record<string, unknown>, schema: object): string =>
  pretty({ $schema: dialect, $id: `urn:aftertone:${id}`, ...about, ...schema });

const eventSchemas = (): [string, string][] =>
  eventDefinitions.map((definition) => [
    `generated/schemas/events/${definition.type}.v1.json`,
    schemaFile(
      `event:${definition.type}:v1`,
      { title: definition.type, description: definition.summary },
      eventJsonSchema(definition),
    ),
  ]);

const callSchemas = (): [string, string][] =>
  rpcs.flatMap((rpc): [string, string][] => {
    const call = callName(rpc);
    const file = (part: string) => `generated/schemas/calls/${call}.${part}.json`;
    return [
      [file('request'), schemaFile(`call:${call}:request`, { title: call }, toJsonSchema(rpc.input, 'input'))],
      [file('reply'), schemaFile(`call:${call}:reply`, { title: `${call} reply` }, toJsonSchema(rpc.output, 'input'))],
    ];
  });

/** Every generated file of this package: path below the package's folder, and text. Same input, same bytes. */
export const documents = (packageFolder: URL): Map<string, string> => {
  const read = (name: string): string => readFileSync(new URL(name, packageFolder), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  return new Map([
    ...eventSchemas(),
    ...callSchemas(),
    ['generated/asyncapi.json', pretty(asyncApi(version))],
    ['README.md', withEventTable(read('README.md'))],
  ]);
};
