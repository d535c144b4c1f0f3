import { expect, it } from 'vitest';
import { type FileLogin, usersFileText } from './text.ts';

const of = (tokenId: string, subject: string): FileLogin => ({
  login: {
    tenantId: 't',
    tokenId,
    expiresAt: null,
    permissions: { subscribe: { allow: [subject], deny: [] }, publish: [] },
  },
  passwordHash: `$2a$04$${tokenId}`,
});

it('lists users in a fixed order', () => {
  const [one, two] = [of('1', 'evt.t.a.>'), of('2', 'evt.t.b.>')];
  expect(usersFileText([one, two])).toBe(usersFileText([two, one]));
  expect(usersFileText([one])).toBe(
    'users: [\n' +
      '  { user: "tok-1", password: "$2a$04$1", allowed_connection_types: ["STANDARD", "WEBSOCKET"], permissions: ' +
      '{ subscribe: { allow: ["evt.t.a.>"], deny: [] }, publish: { allow: [], deny: [">"] } } }\n]\n',
  );
});

it('leaves out whom the server would not take, and nobody else', () => {
  expect(usersFileText([of('1', 'evt.t.a.>'), of('2', 'evt."')])).toBe(usersFileText([of('1', 'evt.t.a.>')]));
  expect(usersFileText([])).toBe('users: [\n]\n');
});
