import type { Sample } from './sample.ts';
import { name, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

const templates = '/v1/notifications/templates';

/** A template of its own: each operation has another language. */
const template =
  (language: string, sample: Partial<Sample>, after = ''): Make =>
  async ({ admin }) => {
    const path = `${templates}/email/${language}`;
    await admin.json('PUT', path, { subject: name() });
    return { path: `${path}${after}`, look: [path], ...sample };
  };

export const notificationSamples: Readonly<Record<string, Make>> = {
  listTemplates: async ({ admin }) => {
    await admin.json('PUT', `${templates}/email/qaa`, { subject: name() });
    return { path: templates, foreign: 'none' };
  },
  // What a tenant has not set is the built-in one.
  readTemplate: template('qab', { foreign: 'none' }),
  setTemplate: template('qac', { body: { subject: 'changed' }, foreign: 'own' }),
  removeTemplate: template('qad', {}),
  previewTemplate: template('qae', { body: {}, foreign: 'none' }, '/preview'),
};
