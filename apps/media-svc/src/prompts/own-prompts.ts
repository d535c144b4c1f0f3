import type { Log } from '@aftertone/messaging';
import type { Ground } from '../ground/ground.ts';
import { mediaMissing } from '../metrics.ts';
import { someAtOnce } from '../spool/some-at-once.ts';
import { type OwnPrompt, untouched } from './heard-prompt.ts';
import type { PromptAudio, PromptName } from './prompt.ts';
import { findPrompts, type KeptAudio, type TenantPrompt } from './tenant-prompts/prompt.query.ts';

/** Storages that are asked at a time whether they have a recording. */
const looksAtOnce = 16;

export interface OwnPromptsParts {
  ground: Pick<Ground, 'reads' | 'recordings'>;
  log: Pick<Log, 'error'>;
}

/** What tenants have made of their clips, and whether it is still there. */
export class OwnPrompts {
  private readonly ground: OwnPromptsParts['ground'];
  private readonly log: OwnPromptsParts['log'];

  constructor({ ground, log }: OwnPromptsParts) {
    this.ground = ground;
    this.log = log;
  }

  /** In the order of the keys. */
  async find(tenantId: string, clips: { language: string; keys: readonly string[] }): Promise<OwnPrompt[]> {
    const found = await findPrompts(this.ground.reads, tenantId, clips);
    return someAtOnce(clips.keys, looksAtOnce, (key) => this.looked(tenantId, found.get(key)));
  }

  /** The recording that is to be heard now, where it is lost and has the bytes of this one, which then mends it. */
  async lostTwin(tenantId: string, { language, key }: PromptName, { sha256 }: PromptAudio): Promise<string | null> {
    const found = await findPrompts(this.ground.reads, tenantId, { language, keys: [key] });
    const own = found.get(key)?.own ?? null;
    return own?.sha256 === sha256 && (await this.isLost(tenantId, own)) ? own.mediaId : null;
  }

  private async looked(tenantId: string, prompt: TenantPrompt | undefined): Promise<OwnPrompt> {
    if (prompt === undefined) return untouched;
    const { own } = prompt;
    const lost = own !== null && (await this.isLost(tenantId, own));
    if (lost) {
      mediaMissing.inc();
      this.log.error(
        { tenantId, mediaId: own.mediaId },
        'the recording of a prompt is lost: the built-in one is heard',
      );
    }
    return { ...prompt, lost };
  }

  private async isLost(tenantId: string, { mediaId, sha256, home, bytes }: KeptAudio): Promise<boolean> {
    return home === null || this.ground.recordings.hasLost({ tenantId, mediaId, sha256 }, home, bytes);
  }
}
