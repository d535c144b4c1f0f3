import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { mailHttpServer } from './http.ts';
import { smtpServer } from './smtp.ts';
import { MailStore } from './store.ts';

// The mail catcher: node main.ts --folder <folder> --keep <messages> --smtp-port <port> --http-port <port> [--host 127.0.0.1]
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    keep: { type: 'string' },
    'smtp-port': { type: 'string' },
    'http-port': { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
  },
});
const required = (name: keyof typeof values): string => {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
};

const store = new MailStore(required('folder'), Number(required('keep')));
const smtp = smtpServer(store);
const http = mailHttpServer(store);
await once(smtp.listen(Number(required('smtp-port')), values.host), 'listening');
await once(http.listen(Number(required('http-port')), values.host), 'listening');

process.once('SIGTERM', () => {
  http.close();
  http.closeAllConnections();
  smtp.close(() => process.exit(0));
});
