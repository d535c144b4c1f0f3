/** What the mail is to bring is gone, or cannot be read: trying again cannot help. */
export class UnsendableMail extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'UnsendableMail';
  }
}
