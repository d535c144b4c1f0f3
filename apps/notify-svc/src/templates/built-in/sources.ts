import type { TemplateContent, TemplateKind } from '@aftertone/contracts';

const urgent = '{% if message.urgent %}[{{ words.urgent }}] {% endif %}';
const heading = '{{ words.heading }}{% if message.urgent %} ({{ words.urgent }}){% endif %}';

const bodyText = `
{% for row in rows %}{{ row.label }}: {{ row.value }}
{% endfor %}{% if message.transcription %}
{{ words.transcription }}: {{ message.transcription }}
{% endif %}{% if remarks.size > 0 %}
{% for remark in remarks %}{{ remark }}
{% endfor %}{% endif %}`;

const linkText = `{% if link %}
{{ words.listen }}: {{ link }}
{% endif %}`;

const rowsHtml = `<table>
{% for row in rows %}<tr><th align="left" style="padding-right:1em">{{ row.label }}</th><td>{{ row.value }}</td></tr>
{% endfor %}</table>`;

const bodyHtml = `${rowsHtml}
{% if message.transcription %}<p style="white-space:pre-line">{{ words.transcription }}: {{ message.transcription }}</p>
{% endif %}{% for remark in remarks %}<p>{{ remark }}</p>
{% endfor %}{% if link %}<p><a href="{{ link }}">{{ words.listen }}</a></p>
{% endif %}`;

const page = (title: string, body: string): string =>
  `<!DOCTYPE html><html lang="{{ recipient.language }}"><head><meta charset="utf-8"></head>
<body style="font-family:sans-serif"><h1 style="font-size:1.2em">${title}</h1>${body}</body></html>`;

const short = `${urgent}{{ words.newMessage }}{% if message.durationText %}, {{ message.durationText }}{% endif %}, {{ message.shortDate }}`;

/** What comes with Aftertone: one for all languages, as the words are variables. */
export const builtInSources: Readonly<Record<TemplateKind, TemplateContent>> = {
  email: {
    subject: `${urgent}{{ words.newMessage }}`,
    text: `${heading}\n${bodyText}${linkText}`,
    html: page(heading, bodyHtml),
  },
  text: { subject: `${urgent}{{ words.newMessage }}`, text: `${short}\n`, html: null },
  sms: { subject: null, text: short, html: null },
  fax: { subject: null, text: `${heading}\n${bodyText}`, html: null },
  digest: {
    subject: '{{ words.newMessages }}',
    text: `{{ words.newMessages }}
{% for item in messages %}
{% if item.message.urgent %}[{{ words.urgent }}]
{% endif %}{% for row in item.rows %}{{ row.label }}: {{ row.value }}
{% endfor %}{% for remark in item.remarks %}{{ remark }}
{% endfor %}{% if item.link %}{{ words.listen }}: {{ item.link }}
{% endif %}{% endfor %}`,
    html: page(
      '{{ words.newMessages }}',
      `{% for item in messages %}
<hr>{% if item.message.urgent %}<p><strong>{{ words.urgent }}</strong></p>{% endif %}
${rowsHtml.replace('in rows', 'in item.rows')}
{% for remark in item.remarks %}<p>{{ remark }}</p>
{% endfor %}{% if item.link %}<p><a href="{{ item.link }}">{{ words.listen }}</a></p>
{% endif %}{% endfor %}`,
    ),
  },
  'mailbox-full': {
    subject: '{{ words.mailboxFull }}',
    text: '{{ words.mailboxFull }}\n\n{{ words.mailboxFullReason }}\n',
    html: page('{{ words.mailboxFull }}', '<p>{{ words.mailboxFullReason }}</p>'),
  },
  'webhook-paused': {
    subject: '{{ words.webhookPaused }}',
    text: `{{ words.webhookPaused }}

{{ words.webhookPausedReason }}
{{ words.address }}: {{ webhook.url }}
{{ words.lastFailure }}: {{ webhook.detail }}

{{ words.webhookResume }}
`,
    html: page(
      '{{ words.webhookPaused }}',
      `<p>{{ words.webhookPausedReason }}</p>
<p>{{ words.address }}: {{ webhook.url }}<br>{{ words.lastFailure }}: {{ webhook.detail }}</p>
<p>{{ words.webhookResume }}</p>`,
    ),
  },
  'external-failed': {
    subject: '{{ words.externalFailed }}',
    text: `{{ words.externalFailed }}

{{ words.externalFailedReason }}
{{ words.lastFailure }}: {{ external.detail }}

{{ words.externalKept }}
`,
    html: page(
      '{{ words.externalFailed }}',
      `<p>{{ words.externalFailedReason }}</p>
<p>{{ words.lastFailure }}: {{ external.detail }}</p>
<p>{{ words.externalKept }}</p>`,
    ),
  },
  escalation: {
    subject: `${urgent}{{ words.escalation }}`,
    text: `{{ words.escalation }}\n\n{{ escalation.reason }}\n${bodyText}${linkText}`,
    html: page('{{ words.escalation }}', `<p>{{ escalation.reason }}</p>${bodyHtml}`),
  },
};
