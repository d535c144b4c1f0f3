import { relative } from 'node:path';
import type { Layout } from '../data-folder/layout.ts';
import type { Addresses } from '../supervisor/platform.ts';
import { FIRST_TENANT } from '../supervisor/services.ts';
import type { Demo } from './demo.ts';

const SAMPLE = 'examples/hello.wav';

/** What to print so that the first message can be left at once. */
export function describeDemo(demo: Demo, layout: Layout): string {
  const token = demo.users[0]?.token ?? demo.adminToken;
  return [
    '',
    ...addressLines(demo),
    `  Data           ${layout.root}`,
    `  Users, tokens  ${relative(process.cwd(), layout.demo)}`,
    `  Token          ${token} (${demo.users[0]?.username})`,
    '',
    'Leave a message in mailbox 1000:',
    '',
    `  curl -s ${demo.url}/v1/mailboxes/${demo.mailboxId}/messages \\`,
    `    -H 'Authorization: Bearer ${token}' \\`,
    `    -F 'metadata={"callerNumber":"+4930123456","callerName":"Grace"};type=application/json' \\`,
    `    -F 'audio=@${SAMPLE};type=audio/wav'`,
    '',
  ].join('\n');
}

/** The same for an installation without demo data. */
export function describeWithoutDemo(addresses: Addresses, layout: Layout): string {
  return [
    '',
    ...addressLines(addresses),
    `  Data           ${layout.root}`,
    `  Administrator  ${FIRST_TENANT.administrator} of tenant ${FIRST_TENANT.tenant}; password in ${relative(process.cwd(), layout.secrets)}`,
    '',
  ].join('\n');
}

function addressLines({ url, mailUrl }: Addresses): string[] {
  return [
    `  API            ${url}/v1`,
    `  Documentation  ${url}/docs`,
    ...(mailUrl === null ? [] : [`  Caught mail    ${mailUrl}`]),
  ];
}
