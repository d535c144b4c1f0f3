import { type EventDefinition, eventDefinitions } from '../events/index.ts';

const begin = '<!-- events: made by npm run contracts:generate -->';
const end = '<!-- /events -->';

const row = ({ type, path, audiences, summary }: EventDefinition): string =>
  `| \`${type}\` | \`${path}\` | ${audiences ? 'yes' : 'no'} | ${summary} |`;

/** Puts the table of all events between the marks of a Markdown text; fails when the text has no marks. */
export const withEventTable = (markdown: string): string => {
  const [before, rest] = markdown.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the text has no ${begin} … ${end}`);
  const head = ['| type | canonical path | copies | what happened |', '|---|---|---|---|'];
  const table = [...head, ...eventDefinitions.map(row)].join('\n');
  return `${before}${begin}\n${table}\n${end}${after}`;
};
