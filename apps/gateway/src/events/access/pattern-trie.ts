import type { PatternShape, Step } from './pattern-shape.ts';

interface Checked<Holder> {
  admits: (access: string) => boolean;
  holders: Set<Holder>;
}

interface Node<Holder> {
  texts: Map<string, Node<Holder>>;
  any: Node<Holder> | undefined;
  /** Holders of patterns that end here. */
  here: Set<Holder>;
  /** Holders of patterns that cover everything below. */
  deeper: Set<Holder>;
  /** Holders of patterns that may cover something below, by pattern. */
  checked: Map<string, Checked<Holder>>;
}

const newNode = <Holder>(): Node<Holder> => ({
  texts: new Map(),
  any: undefined,
  here: new Set(),
  deeper: new Set(),
  checked: new Map(),
});

const isEmpty = <Holder>({ texts, any, here, deeper, checked }: Node<Holder>): boolean =>
  any === undefined && texts.size + here.size + deeper.size + checked.size === 0;

/** The holders of ACL patterns by the segments of the pattern: what many hold is there, and compared, once. */
export class PatternTrie<Holder> {
  private readonly root = newNode<Holder>();

  add(shape: PatternShape, holder: Holder): void {
    let node = this.root;
    for (const step of shape.steps) node = this.child(node, step);
    const { check } = shape;
    if (check === null) node[shape.end].add(holder);
    else {
      const checked = node.checked.get(check.key) ?? { admits: check.admits, holders: new Set<Holder>() };
      node.checked.set(check.key, checked);
      checked.holders.add(holder);
    }
  }

  remove(shape: PatternShape, holder: Holder): void {
    this.removeBelow(this.root, shape, 0, holder);
  }

  get isEmpty(): boolean {
    return isEmpty(this.root);
  }

  /** Calls `found` for every holder of a pattern that covers the access; for some of them several times. */
  match(access: string, found: (holder: Holder) => void): void {
    this.visit(this.root, access, access.split('.'), 0, found);
  }

  private child(node: Node<Holder>, step: Step): Node<Holder> {
    const known = step === null ? node.any : node.texts.get(step);
    if (known !== undefined) return known;
    const made = newNode<Holder>();
    if (step === null) node.any = made;
    else node.texts.set(step, made);
    return made;
  }

  private removeBelow(node: Node<Holder>, shape: PatternShape, depth: number, holder: Holder): void {
    const step = shape.steps[depth];
    if (step === undefined) {
      this.removeAt(node, shape, holder);
      return;
    }
    const next = step === null ? node.any : node.texts.get(step);
    if (next === undefined) return;
    this.removeBelow(next, shape, depth + 1, holder);
    if (!isEmpty(next)) return;
    if (step === null) node.any = undefined;
    else node.texts.delete(step);
  }

  private removeAt(node: Node<Holder>, { end, check }: PatternShape, holder: Holder): void {
    if (check === null) node[end].delete(holder);
    else {
      const checked = node.checked.get(check.key);
      checked?.holders.delete(holder);
      if (checked?.holders.size === 0) node.checked.delete(check.key);
    }
  }

  private visit(
    node: Node<Holder>,
    access: string,
    segments: readonly string[],
    depth: number,
    found: (holder: Holder) => void,
  ): void {
    const segment = segments[depth];
    if (segment === undefined) {
      node.here.forEach(found);
      return;
    }
    node.deeper.forEach(found);
    for (const { admits, holders } of node.checked.values()) if (admits(access)) holders.forEach(found);
    const next = node.texts.get(segment);
    if (next !== undefined) this.visit(next, access, segments, depth + 1, found);
    // `*` stands for no `#`.
    if (node.any !== undefined && !segment.includes('#')) this.visit(node.any, access, segments, depth + 1, found);
  }
}
