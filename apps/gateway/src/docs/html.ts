/** HTML that is safe to put on a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const rendered = (value: unknown): string => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(rendered).join('');
  return String(value ?? '').replace(/[&<>"']/g, (character) => entities[character] ?? '');
};

/** HTML with values in it: text is escaped, lists are joined, `undefined` and `null` are nothing. */
export const html = (parts: TemplateStringsArray, ...values: unknown[]): Html =>
  new Html(parts.reduce((text, part, n) => text + rendered(values[n - 1]) + part));
