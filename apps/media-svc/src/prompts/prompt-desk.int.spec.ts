import { readdirSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { promptLanguages } from '@aftertone/contracts';
import { rebuild } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../spec-support/media-ground.ts';
import { callOf, openPromptGround, type PromptGround, soundOfItsOwn } from '../spec-support/prompt-ground.ts';
import { promptKeys } from './built-in-prompts.ts';
import { promptAggregate } from './prompt.aggregate.ts';

let ground: PromptGround;
beforeAll(async () => {
  ground = await openPromptGround();
});
afterAll(() => ground?.close());

const goodbye = { language: 'fr', key: 'vm-goodbye' };
const heard = (language: string, key = 'vm-goodbye') => ground.desk.get({ language, key }, ground.call);

describe('what is heard', () => {
  it('is what comes with Aftertone, as long as the tenant has nothing of its own', async () => {
    expect(await heard('fr')).toEqual({
      ...goodbye,
      source: 'built-in',
      spokenLanguage: 'fr',
      text: 'Au revoir.',
      empty: false,
      mediaId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/),
      contentType: 'audio/wav',
      durationMs: expect.any(Number),
      bytes: expect.any(Number),
      sha256: expect.any(String),
      updatedAt: null,
      version: 0,
      lost: false,
    });
  });

  it('is the tenant’s recording once there is one, in that language and its regions only', async () => {
    const { mediaId } = await ground.replace({ language: 'es', key: 'num/7' });
    const own = { source: 'tenant', spokenLanguage: 'es', mediaId, version: 1, text: 'siete' };
    expect(await heard('es', 'num/7')).toMatchObject({ ...own, language: 'es' });
    expect(await heard('es-MX', 'num/7')).toMatchObject({ ...own, language: 'es-MX' });
    expect(await heard('en', 'num/7')).toMatchObject({ source: 'built-in' });
    expect(await heard('es', 'digit/7')).toMatchObject({ source: 'built-in' });
  });

  it('is English where the language is not spoken: the tenant’s own first', async () => {
    expect(await heard('de')).toMatchObject({ source: 'english', spokenLanguage: 'en', updatedAt: null });
    const { mediaId } = await ground.replace({ language: 'en', key: 'vm-goodbye' });
    expect(await heard('de')).toMatchObject({
      language: 'de',
      source: 'english',
      spokenLanguage: 'en',
      mediaId,
      version: 1,
    });
    expect(await heard('ja')).toMatchObject({ source: 'built-in', spokenLanguage: 'ja' });
  });

  it('is nothing where the language has nothing to say, unless the tenant says something', async () => {
    const nothing = { empty: true, text: '', mediaId: null, contentType: null, durationMs: 0, source: 'built-in' };
    expect(await heard('ja', 'vm-from-pre')).toMatchObject(nothing);
    await ground.replace({ language: 'ja', key: 'vm-from-pre' });
    expect(await heard('ja', 'vm-from-pre')).toMatchObject({ empty: false, text: '', source: 'tenant' });
  });

  it('is listed for every clip of every language', async () => {
    const mine = await ground.replace({ language: 'zh', key: 'digit/1' });
    for (const language of [...promptLanguages, 'de']) {
      const items = await ground.desk.list(language, ground.call);
      expect(items.map(({ key }) => key)).toEqual(promptKeys());
      for (const item of items.slice(50, 55)) expect(item).toEqual(await heard(language, item.key));
    }
    const chinese = await ground.desk.list('zh', ground.call);
    expect(chinese.filter(({ source }) => source === 'tenant').map(({ mediaId }) => mediaId)).toEqual([mine.mediaId]);
  });

  it('is another tenant’s never', async () => {
    const { mediaId } = await ground.replace(goodbye);
    const other = callOf(newId());
    expect(await ground.desk.get(goodbye, other)).toMatchObject({ source: 'built-in', version: 0 });
    expect((await ground.desk.list('fr', other)).every(({ source }) => source === 'built-in')).toBe(true);
    const stolen = ground.desk.replace({ ...goodbye, mediaId }, other);
    await expect(stolen).rejects.toMatchObject({ kind: 'not-found', code: 'media-not-found' });
    await ground.desk.reset(goodbye, other);
    expect(await heard('fr')).toMatchObject({ source: 'tenant', mediaId });
  });
});

describe('a recording whose bytes are lost', () => {
  const lose = async (language: string, key: string) => {
    const file = soundOfItsOwn();
    const { mediaId } = await ground.keep(file);
    const made = await ground.desk.replace({ language, key, mediaId, ifVersion: undefined }, ground.call);
    await ground.blobs.delete({ tenantId: ground.tenantId, mediaId, sha256: sha256(file) });
    return { file, made };
  };
  const send = async (language: string, key: string, file: Buffer) => {
    const { mediaId } = await ground.keep(file);
    return ground.desk.replace({ language, key, mediaId, ifVersion: undefined }, ground.call);
  };

  it('is not heard: the built-in clip is, and somebody is told', async () => {
    await lose('fr', 'num/33');
    const instead = { source: 'built-in', spokenLanguage: 'fr', text: 'trente-trois', lost: true, updatedAt: null };
    ground.said.length = 0;
    expect(await heard('fr', 'num/33')).toMatchObject(instead);
    expect(ground.said).toEqual(['the recording of a prompt is lost: the built-in one is heard']);
    const listed = await ground.desk.list('fr', ground.call);
    expect(listed.filter(({ lost }) => lost).map(({ key }) => key)).toEqual(['num/33']);
    await lose('en', 'num/34');
    expect(await heard('de', 'num/34')).toMatchObject({ source: 'english', spokenLanguage: 'en', lost: true });
  });

  it('is lost, too, where only its beginning is there', async () => {
    const file = soundOfItsOwn();
    const { mediaId } = await ground.keep(file);
    await ground.desk.replace({ language: 'fr', key: 'num/38', mediaId, ifVersion: undefined }, ground.call);
    const blobs = readdirSync(ground.root, { recursive: true, withFileTypes: true });
    const [blob] = blobs.filter(({ name }) => name.startsWith(mediaId));
    truncateSync(join(blob?.parentPath ?? '', blob?.name ?? ''), file.length - 1);
    expect(await heard('fr', 'num/38')).toMatchObject({ source: 'built-in', lost: true });
    expect(await send('fr', 'num/38', file)).toMatchObject({ source: 'tenant', lost: false });
  });

  it('is mended by the same bytes, which change nothing while it is there', async () => {
    const { file, made } = await lose('fr', 'num/35');
    const mended = await send('fr', 'num/35', file);
    expect(mended).toMatchObject({ source: 'tenant', version: 2, sha256: made.sha256, lost: false });
    expect(mended.mediaId).not.toBe(made.mediaId);
    expect(await heard('fr', 'num/35')).toEqual(mended);
    expect(await send('fr', 'num/35', file)).toEqual(mended);
  });

  it('is heard while its storage does not answer: that is no loss', async () => {
    const { mediaId } = await ground.replace({ language: 'fr', key: 'num/36' });
    const away = `${ground.root}-away`;
    renameSync(ground.root, away);
    try {
      expect(await heard('fr', 'num/36')).toMatchObject({ source: 'tenant', mediaId, lost: false });
    } finally {
      renameSync(away, ground.root);
    }
  });
});

describe('a change', () => {
  const address = { language: 'en', key: 'vm-main-menu' };

  it('is made upon the version that was seen', async () => {
    expect(await ground.replace(address)).toMatchObject({ version: 1 });
    await expect(ground.replace(address, 7)).rejects.toMatchObject({ code: 'version-mismatch' });
    expect(await ground.replace(address, 1)).toMatchObject({ version: 2 });
    const stale = ground.desk.reset({ ...address, ifVersion: 1 }, ground.call);
    await expect(stale).rejects.toMatchObject({ code: 'version-mismatch' });
    await ground.desk.reset({ ...address, ifVersion: 2 }, ground.call);
    await ground.desk.reset(address, ground.call);
    expect(await heard('en', 'vm-main-menu')).toMatchObject({ source: 'built-in', version: 3 });
    expect(await ground.replace(address, 3)).toMatchObject({ version: 4 });
  });

  it('is one of several at once, and no recording is lost sight of', async () => {
    const contested = { language: 'en', key: 'vm-today' };
    const all = await Promise.all(Array.from({ length: 6 }, () => ground.replace(contested)));
    const last = all.find(({ version }) => version === 6);
    expect(await heard('en', 'vm-today')).toMatchObject({ version: 6, mediaId: last?.mediaId });
    const history = await ground.store.history(promptAggregate, ground.tenantId, 'en-vm-today', { limit: 10 });
    const replaced = history.map(({ data }) => ('replacedMediaId' in data ? data.replacedMediaId : undefined));
    const inOrder = [...all].sort((one, other) => Number(one.version) - Number(other.version));
    expect(replaced).toEqual([null, ...inOrder.slice(0, 5).map(({ mediaId }) => mediaId)]);
  });

  it('is done once under its key, and answered as the first time', async () => {
    const once = { language: 'en', key: 'vm-yesterday' };
    const file = soundOfItsOwn();
    const keyed = callOf(ground.tenantId, {
      actor: ground.call.actor,
      idempotency: { route: 'replacePrompt', key: 'k', bodyHash: sha256(file) },
    });
    const send = async () => {
      const { mediaId } = await ground.keep(file);
      return ground.desk.replace({ ...once, mediaId, ifVersion: undefined }, keyed);
    };
    const first = await send();
    expect(await send()).toEqual(first);
    await ground.replace(once);
    expect(await send()).toEqual(first);
    expect(await heard('en', 'vm-yesterday')).toMatchObject({ version: 2 });
    const other = { ...keyed, idempotency: { route: 'replacePrompt', key: 'k', bodyHash: 'another' } };
    const { mediaId } = await ground.keep();
    const reused = ground.desk.replace({ ...once, mediaId }, other);
    await expect(reused).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('is answered as the first time also when the same bytes came back without the key', async () => {
    const address = { language: 'en', key: 'num/70' };
    const file = soundOfItsOwn();
    const put = async (bytes: Buffer, key?: string) => {
      const keyed = key !== undefined && { idempotency: { route: 'replacePrompt', key, bodyHash: sha256(bytes) } };
      const { mediaId } = await ground.keep(bytes);
      return ground.desk.replace({ ...address, mediaId, ifVersion: undefined }, { ...ground.call, ...keyed });
    };
    const first = await put(file, 'fa1');
    const unchanged = await put(file, 'fa2');
    expect([first.version, unchanged]).toEqual([1, first]);
    await put(soundOfItsOwn());
    expect(await put(file)).toMatchObject({ version: 3 });
    expect(await put(file, 'fa1')).toEqual(first);
    expect(await put(file, 'fa2')).toEqual(first);
    // As a process of the version before kept it.
    await ground.store.pool.query(`UPDATE command_dedup SET result = '{}' WHERE key = 'fa1'`);
    expect(await put(file, 'fa1')).toMatchObject({ version: 3, sha256: first.sha256 });
  });

  it('is for administrators, and of what there is', async () => {
    const { mediaId } = await ground.keep();
    const user = callOf(ground.tenantId, { actor: { kind: 'user', id: newId(), admin: false } });
    const refused = { kind: 'rejected', code: 'administrator-required' };
    await expect(ground.desk.replace({ ...goodbye, mediaId }, user)).rejects.toMatchObject(refused);
    await expect(ground.desk.reset(goodbye, user)).rejects.toMatchObject(refused);
    expect(await ground.desk.get(goodbye, user)).toMatchObject({ key: 'vm-goodbye' });
    for (const [address, code, message] of [
      [{ language: 'fr-CA', key: 'vm-goodbye' }, 'prompt-language-not-found', /en, zh, ja, es, fr/],
      [{ language: 'fr', key: 'vm-beep' }, 'prompt-not-found', /num\/0 to num\/99, .*vm-greeting-default, .*vm-error/],
    ] as const) {
      const expected = expect.objectContaining({ kind: 'not-found', code, message: expect.stringMatching(message) });
      expect(() => ground.desk.require(address, ground.call)).toThrow(expected);
      await expect(ground.desk.replace({ ...address, mediaId }, ground.call)).rejects.toEqual(expected);
      await expect(ground.desk.reset(address, ground.call)).rejects.toEqual(expected);
    }
  });
});

it('is found by the events alone', async () => {
  const before = await ground.desk.list('en', ground.call);
  await ground.store.pool.query('DELETE FROM tenant_prompt');
  expect(await ground.desk.list('en', ground.call)).not.toEqual(before);
  await rebuild({ store: ground.store, aggregates: [promptAggregate], tables: ['tenant_prompt'] });
  expect(await ground.desk.list('en', ground.call)).toEqual(before);
});
