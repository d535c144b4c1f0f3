/** Why the server ends a WebSocket, beside what the protocol itself ends (1007 for broken text, 1009 for a long message). */
export const closings = {
  goingAway: { code: 1001, reason: 'The server is going away: connect again and resume' },
  binary: { code: 1003, reason: 'Messages must be text' },
  tokenEnded: { code: 4401, reason: 'The token has ended' },
  forbidden: { code: 4403, reason: 'The token no longer allows aftertone.events.read' },
  tooSlow: { code: 4429, reason: 'Too much was left unread: connect again and resume' },
} as const;

export type Closing = (typeof closings)[keyof typeof closings];
