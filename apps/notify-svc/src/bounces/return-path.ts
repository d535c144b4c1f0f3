import { createHmac, timingSafeEqual } from 'node:crypto';

export interface ReturnPathOptions {
  /** `bounces@bounce.example.com`: what follows a `+` in its local part comes to us, too. */
  address: string;
  /** The first signs, all are taken. */
  secrets: readonly string[];
}

/** Bytes of a signature: enough that nobody guesses one over SMTP, and short enough for 64 characters before the `@`. */
const signatureBytes = 8;

const sign = (secret: string, hexId: string): Buffer =>
  createHmac('sha256', secret).update(`bounce:${hexId}`).digest().subarray(0, signatureBytes);

const escaped = (text: string): string => text.replace(/[.+]/g, '\\$&');

const withDashes = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');

/** The envelope's sender of our mails: whoever reads a bounce knows from its address which delivery came back. */
export class ReturnPath {
  private readonly localPart: string;
  private readonly domain: string;
  private readonly secrets: readonly string[];

  constructor({ address, secrets }: ReturnPathOptions) {
    const at = address.lastIndexOf('@');
    this.localPart = address.slice(0, at);
    this.domain = address.slice(at + 1);
    this.secrets = secrets;
  }

  /** `bounces+<id>.<signature>@bounce.example.com` */
  addressFor(deliveryId: string): string {
    const [secret = ''] = this.secrets;
    const id = deliveryId.replaceAll('-', '').toLowerCase();
    return `${this.localPart}+${id}.${sign(secret, id).toString('hex')}@${this.domain}`;
  }

  /** The deliveries whose addresses are in the text, each once. An address that we have not signed is none. */
  deliveriesIn(text: string): string[] {
    const pattern = `${escaped(this.localPart)}\\+([0-9a-f]{32})\\.([0-9a-f]{${2 * signatureBytes}})@${escaped(this.domain)}`;
    const found = new Set<string>();
    for (const [, id = '', signature = ''] of text.matchAll(new RegExp(pattern, 'gi'))) {
      if (this.isSigned(id.toLowerCase(), signature)) found.add(withDashes(id.toLowerCase()));
    }
    return [...found];
  }

  private isSigned(id: string, signature: string): boolean {
    const given = Buffer.from(signature, 'hex');
    return this.secrets.map((secret) => timingSafeEqual(sign(secret, id), given)).includes(true);
  }
}
