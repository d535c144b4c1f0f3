import type { NewSmsGateway } from '@aftertone/contracts';
import { type FieldError, invalid } from '@aftertone/kernel';
import { givenUrlFault, type UrlRules } from '../http-out/given-url.ts';
import { type BodyVariables, fillBody } from '../sms/body.ts';
import { CompiledPart } from '../templates/engine/engine.ts';
import { TemplateFault } from '../templates/engine/problem.ts';

const sample: Omit<BodyVariables, 'secrets'> = {
  to: '+4930123456',
  from: 'Aftertone',
  text: 'New voicemail',
  id: '0198c5b2-6666-7fff-8000-000000000009',
  tenant: '0198c5a0-1111-7aaa-8000-000000000001',
};

const unknownNames = (part: CompiledPart, secrets: readonly string[]): string[] =>
  part.named().flatMap(({ path: [name, inner] }) => {
    const known = name === 'secrets' ? secrets.includes(String(inner)) : Object.hasOwn(sample, String(name));
    return known ? [] : [[name, inner].filter((one) => one !== undefined).join('.')];
  });

const templateFault = (template: string, secrets: readonly string[]): string | null => {
  try {
    const part = new CompiledPart(template, 'text');
    part.fill({ ...sample, secrets: Object.fromEntries(secrets.map((name) => [name, 'x'])) });
    const unknown = unknownNames(part, secrets);
    return unknown.length === 0 ? null : `has nothing called ${unknown.join(', ')}: use to, from, text, id or tenant`;
  } catch (error) {
    if (error instanceof TemplateFault) return error.message;
    throw error;
  }
};

const bodyFaults = ({ body, contentType }: NewSmsGateway, secrets: readonly string[]): FieldError[] => {
  const faults: FieldError[] = [];
  fillBody(body, (template, path) => {
    const message = templateFault(template, secrets);
    if (message !== null) faults.push({ path, message });
    return template;
  });
  if (contentType === 'json') return faults;
  const nested = Object.entries(body).filter(([, value]) => typeof value !== 'string');
  return [...faults, ...nested.map(([name]) => ({ path: `body.${name}`, message: 'must be a text: it is a form' }))];
};

/** Throws `sms-gateway-invalid` with everything that cannot be used. `secrets`: the names of all that are kept. */
export const checkSmsGateway = (gateway: NewSmsGateway, secrets: readonly string[], rules: UrlRules): void => {
  const fault = givenUrlFault(gateway.url, rules);
  const errors = [...(fault === null ? [] : [{ path: 'url', message: fault }]), ...bodyFaults(gateway, secrets)];
  if (errors.length === 0) return;
  throw invalid('sms-gateway-invalid', 'The gateway cannot be used as it is: `errors` says what to change', { errors });
};
