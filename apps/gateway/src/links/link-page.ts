import { html } from '../docs/html.ts';
import { wordsOf } from './link-refusals.ts';

const style = html`
  :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { max-width: 32rem; padding: 2rem; }
  h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.75rem; text-wrap: balance; }
  p { margin: 0 0 1.5rem; }
  small { opacity: 0.7; overflow-wrap: anywhere; }
`;

/** A whole page that says why a link leads nowhere, and what to do. */
export const linkPage = (code: string, correlationId: string): string => {
  const { title, text } = wordsOf(code);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<small>Reference: ${correlationId}</small>
</main>
</body>
</html>
`.text;
};
