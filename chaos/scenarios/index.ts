import type { Scenario } from '../scenario.ts';
import { killedServices } from './killed-services.ts';

/** All ways to break an installation, in the order in which they are tried. */
export const scenarios: readonly Scenario[] = [killedServices];
