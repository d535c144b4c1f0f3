import { run, SERVICES } from '@aftertone/local';
import { rolling } from '../faults/services.ts';
import { missingBalancer } from '../installation/balancer.ts';
import type { Installation } from '../installation/installation.ts';
import {
  buildSome,
  commitBeforeMigration,
  describe,
  missingCommit,
  namedCommit,
  type PickCommit,
  previousCommit,
  workspace,
} from '../installation/previous-version.ts';
import type { Injection, Scenario, Wishes } from '../scenario.ts';

type PickFor = (wishes: Wishes) => PickCommit;

/**
 * An upgrade as the documents have it, and the way back: the databases are brought to the new version under the old services,
 * then each replica is replaced; in between, and for most of the load, each service runs once old and once new.
 */
const upgradeFrom = (name: string, since: string, pickFor: PickFor): Scenario => ({
  name,
  title: `two replicas: upgrade, and back, ${since}`,
  unnoticed: true,
  missing: (wishes) => missingBalancer() ?? missingCommit(pickFor(wishes)),
  async prepare({ folder, say, ...wishes }) {
    const commit = await buildSome(pickFor(wishes)(), folder, say);
    say(`new: ${describe('HEAD')}; old: ${describe(commit)}, built in ${folder}`);
    return { replicas: 2, workspace: folder };
  },
  async inject(injection) {
    const { field, load, note } = injection;
    const { installation } = field;
    const [first, second] = [1, 2].map((n) => installation.replicas.filter((replica) => replica.n === n));
    const old = installation.workspace;
    await load.reached(0.1);
    note('migration under old services');
    await migrate(installation);
    await load.reached(0.2);
    await replace(injection, second ?? [], workspace);
    await load.reached(0.5);
    await replace(injection, first ?? [], workspace);
    await load.reached(0.7);
    await replace(injection, first ?? [], old);
    await load.reached(1);
    await replace(injection, first ?? [], workspace);
  },
});

/** The databases really change under the old services; or from whatever commit is wanted. */
export const sinceNewestMigration = upgradeFrom('versions', 'over the newest migration', ({ previous }) =>
  previous === undefined ? commitBeforeMigration : () => namedCommit(previous),
);
/** What a rolling update of every change comes to. */
export const sinceLastCommit = upgradeFrom('last-commit', 'from the commit before', () => previousCommit);

/** What the migration Jobs do, of the version that comes. */
async function migrate({ operatorEnvironment: env }: Installation): Promise<void> {
  for (const service of SERVICES) {
    const app = service === 'gateway' ? service : `${service}-svc`;
    const { code, output } = await run(process.execPath, [`apps/${app}/dist/migrate.js`], { cwd: workspace, env });
    if (code !== 0) throw new Error(`the migration of ${app} ended with ${code}: ${output}`);
  }
}

async function replace(
  { field, note }: Injection,
  replicas: Installation['replicas'],
  checkout: string,
): Promise<void> {
  for (const replica of replicas) {
    note(`${checkout === workspace ? 'new' : 'old'} ${replica.service}`);
    await rolling(field.installation, replica, () => replica.runFrom(checkout));
  }
}
