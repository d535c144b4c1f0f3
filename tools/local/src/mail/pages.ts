import type { CaughtMail } from './store.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd}
iframe{width:100%;height:24rem;border:1px solid #ddd}pre{white-space:pre-wrap;background:#f6f6f6;padding:1rem}
dt{font-weight:600;float:left;width:6rem}dd{margin:0 0 0 6rem}`;

/** The page at `/`: all messages, the newest first. */
export function listPage(mails: readonly CaughtMail[]): string {
  const rows = mails.map(
    (
      mail,
    ) => `<tr><td><time datetime="${mail.date}">${shortDate(mail.date)}</time></td><td>${escapeHtml(mail.to.join(', '))}</td>
<td><a href="/messages/${mail.id}">${escapeHtml(mail.subject || '(no subject)')}</a></td><td>${mail.attachments.length || ''}</td></tr>`,
  );
  const table = `<table><thead><tr><th>Date</th><th>To</th><th>Subject</th><th>Attachments</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
  return page('Caught mail', rows.length === 0 ? '<p>No messages yet.</p>' : table);
}

/** The page of one message. Its HTML part is shown in a frame that may run and load nothing. */
export function messagePage(mail: CaughtMail): string {
  const path = `/api/messages/${mail.id}`;
  const attachments = mail.attachments.map(({ filename, contentType, size }, index) => {
    const at = `${path}/attachments/${index}`;
    const player = contentType.startsWith('audio/') ? `<br><audio controls preload="none" src="${at}"></audio>` : '';
    return `<li><a href="${at}">${escapeHtml(filename)}</a> (${escapeHtml(contentType)}, ${size} bytes)${player}</li>`;
  });
  return page(
    mail.subject || '(no subject)',
    `<p><a href="/">All messages</a> · <a href="${path}/raw">Raw</a></p>
<dl><dt>From</dt><dd>${escapeHtml(mail.from)}</dd><dt>To</dt><dd>${escapeHtml(mail.to.join(', '))}</dd>
<dt>Date</dt><dd>${shortDate(mail.date)}</dd></dl>
${attachments.length === 0 ? '' : `<ul>${attachments.join('')}</ul>`}
${mail.html === '' ? '' : `<iframe sandbox title="HTML part" srcdoc="${escapeHtml(mail.html)}"></iframe>`}
${mail.text === '' ? '' : `<pre>${escapeHtml(mail.text)}</pre>`}`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(title)}</h1>${body}</body></html>`;
}

function shortDate(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
