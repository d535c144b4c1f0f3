/** The gateway does not take the token, also not a fresh one: the iteration ends with this. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** The gateway does not give this subscription: `code` is that of its problem document. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(`${code} (${status}): ${detail}`);
    this.status = status;
    this.code = code;
  }
}

/** Somebody deleted the subscription, or one without a name was away for too long: events may have been missed. */
export class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded';
}

/** `ack()` was called on an event of a subscription that has been closed: the event comes again. */
export class SubscriptionClosed extends Error {
  override readonly name = 'SubscriptionClosed';
}
