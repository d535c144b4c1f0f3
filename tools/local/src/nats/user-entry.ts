/** One login on the bus. Subjects are NATS patterns; an absent list allows everything. */
export interface NatsUser {
  name: string;
  password: string;
  publish?: readonly string[];
  subscribe?: readonly string[];
}

/** A user as the configuration names it. */
export function userEntry({ name, password, publish, subscribe }: NatsUser): string {
  const rights = [
    publish === undefined ? '' : `publish: { allow: ${list(publish)} }, `,
    subscribe === undefined ? '' : `subscribe: { allow: ${list(subscribe)} }`,
  ].join('');
  const permissions = rights === '' ? '' : `, permissions: { ${rights} }`;
  return `{ user: ${quoted(name)}, password: ${quoted(password)}${permissions} }`;
}

export function list(subjects: readonly string[]): string {
  return `[${subjects.map(quoted).join(', ')}]`;
}

// The configuration language has no escape for its quotes worth relying on; our values need none.
export function quoted(value: string): string {
  if (/["\\\n]/.test(value)) throw new Error(`a NATS setting may not hold quotes, backslashes or line ends: ${value}`);
  return `"${value}"`;
}
