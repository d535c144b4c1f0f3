/** The stage of a row of messages, as the rules' pure part has it; an index is made of this text. */
export const stageSql = (m: string): string =>
  `CASE WHEN ${m}.deleted THEN 'deleted' WHEN ${m}.folder = 'trash' THEN 'trash' WHEN ${m}.heard_at IS NULL THEN 'unheard' ELSE 'heard' END`;
