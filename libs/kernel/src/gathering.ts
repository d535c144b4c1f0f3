export interface GatheringParts<Question, Answer> {
  /** Questions of one key have the same answer: within a batch they are asked once, and get the same object. */
  key: (question: Question) => string;
  /** Asks a batch: a promise for each question, in their order. */
  ask: (questions: readonly Question[]) => readonly Promise<Answer>[];
  /** Questions of one batch. */
  most: number;
  /** Batches under way at a time. */
  atOnce: number;
}

interface Waiting<Question, Answer> {
  question: Question;
  answer: PromiseWithResolvers<Answer>;
}

/**
 * Asks questions in batches, without a timer: what is asked in one turn of the event loop, or while others are under way,
 * goes together. Nothing is remembered, and nobody joins a batch that has been sent, so no answer is older than its question.
 */
export class Gathering<Question, Answer> {
  private readonly parts: GatheringParts<Question, Answer>;
  private readonly waiting = new Map<string, Waiting<Question, Answer>>();
  private underWay = 0;
  private isDue = false;

  constructor(parts: GatheringParts<Question, Answer>) {
    this.parts = parts;
  }

  ask(question: Question): Promise<Answer> {
    const key = this.parts.key(question);
    const asked = this.waiting.get(key);
    if (asked !== undefined) return asked.answer.promise;
    const answer = Promise.withResolvers<Answer>();
    this.waiting.set(key, { question, answer });
    this.prepare();
    return answer.promise;
  }

  private prepare(): void {
    if (this.isDue || this.waiting.size === 0 || this.underWay >= this.parts.atOnce) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      void this.send();
    });
  }

  private async send(): Promise<void> {
    const batch = [...this.waiting].slice(0, this.parts.most);
    for (const [key] of batch) this.waiting.delete(key);
    this.underWay += 1;
    this.prepare();
    const answers = this.parts.ask(batch.map(([, { question }]) => question));
    batch.forEach(([, { answer }], n) => {
      answer.resolve(answers[n] ?? Promise.reject(new Error('a question of the batch was not answered')));
    });
    await Promise.allSettled(answers);
    this.underWay -= 1;
    this.prepare();
  }
}
