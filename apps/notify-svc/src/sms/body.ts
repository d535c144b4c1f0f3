import type { SmsSettings } from '../gateways/gateway.ts';
import { CompiledPart } from '../templates/engine/engine.ts';

/** What the texts of a gateway's body are filled in with. */
export interface BodyVariables {
  to: string;
  from: string;
  text: string;
  /** Of the delivery. */
  id: string;
  /** Id of the tenant. */
  tenant: string;
  secrets: Readonly<Record<string, string>>;
}

type Fill = (template: string, path: string) => string;

/** Text by text: whatever a text becomes, it stays one. What becomes empty is left out, name and all. */
const filled = (value: unknown, path: string, fill: Fill): unknown => {
  if (typeof value === 'string') return fill(value, path) || undefined;
  if (Array.isArray(value)) {
    return value.flatMap((item, n) => {
      const one = filled(item, `${path}.${n}`, fill);
      return one === undefined ? [] : [one];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const one = filled(inner, `${path}.${name}`, fill);
      return one === undefined ? [] : [[name, one]];
    }),
  );
};

const types = { json: 'application/json', form: 'application/x-www-form-urlencoded' };

/** Throws what `fill` throws. */
export const fillBody = (body: SmsSettings['body'], fill: Fill): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => {
      const one = filled(value, `body.${name}`, fill);
      return one === undefined ? [] : [[name, one]];
    }),
  );

/** The body of a call to an SMS gateway. Throws `TemplateFault` when a template of it reaches a limit. */
export const smsBody = (
  { body, contentType }: Pick<SmsSettings, 'body' | 'contentType'>,
  variables: BodyVariables,
): { contentType: string; text: string } => {
  const all = fillBody(body, (template) => new CompiledPart(template, 'text').fill(variables));
  const text =
    contentType === 'json'
      ? JSON.stringify(all)
      : new URLSearchParams(
          Object.entries(all).map(([name, value]): [string, string] => [name, String(value)]),
        ).toString();
  return { contentType: types[contentType], text };
};
