/** What the reply subject of a delivered message tells. */
export interface DeliveryFacts {
  stream: string;
  consumer: string;
  /** How often it has been delivered, this time included. */
  deliveries: number;
  streamSequence: number;
  /** Counts the deliveries of the consumer, repeats included. */
  consumerSequence: number;
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`; newer servers put domain
 * and account in front of the stream, and a token behind. Null when it is none.
 */
export const deliveryFacts = (reply: string | undefined): DeliveryFacts | null => {
  const tokens = reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return null;
  const [stream = '', consumer = '', ...numbers] = tokens.slice(tokens.length === 9 ? 2 : 4);
  const [deliveries, streamSequence, consumerSequence] = numbers.slice(0, 3).map(Number);
  if (!deliveries || !streamSequence || !consumerSequence) return null;
  return { stream, consumer, deliveries, streamSequence, consumerSequence };
};
