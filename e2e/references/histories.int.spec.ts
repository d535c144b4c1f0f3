import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { Story, step } from './story.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('keeps every recording that a message plays, and none for longer than its grace, whatever happens to messages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { maxLength: 120, size: 'max' }), async (steps) => {
      const stories = [new Story(world), new Story(world)];
      for (const story of stories) await story.begin();
      for (const [whose, next] of steps) await stories[whose]?.take(next);
      for (const story of stories) {
        await story.settles();
        await story.honouredHolds();
      }
    }),
    // What fails is made smaller for as long as there is time, and then told.
    { numRuns: 25, interruptAfterTimeLimit: 60_000 },
  );
});
