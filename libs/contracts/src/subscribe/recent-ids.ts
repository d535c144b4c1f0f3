/** Remembers the latest ids, and forgets the oldest beyond `most`. */
export class RecentIds {
  private readonly ids = new Set<string>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.delete(id);
    this.ids.add(id);
    for (const oldest of this.ids) {
      if (this.ids.size <= this.most) return;
      this.ids.delete(oldest);
    }
  }
}
