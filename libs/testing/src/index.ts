export { deciderSpec, type Outcome } from './decider-spec.ts';
