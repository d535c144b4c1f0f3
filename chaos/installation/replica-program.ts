import {
  logFile,
  type Program,
  SERVICES,
  type Service,
  type ServiceSurroundings,
  servicePrograms,
} from '@aftertone/local';

export interface Place {
  /** From 1. */
  n: number;
  /** Where this one listens; the surroundings have the port that all are asked at. */
  port: number;
  /** Folder for what the storage does not take; only media-svc has one. */
  spool: string;
}

/** The program of the n-th process of a service. */
export function replicaProgram(service: Service, { n, port, spool }: Place, around: ServiceSurroundings): Program {
  const layout = { ...around.layout, mediaSpool: spool };
  const program = servicePrograms({ ...around, layout })[SERVICES.indexOf(service)];
  if (program === undefined) throw new Error(`there is no ${service}`);
  const name = n === 1 ? program.name : `${program.name}-${n}`;
  return {
    ...program,
    name,
    env: { ...program.env, PORT: String(port) },
    logFile: logFile(layout, name),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok,
  };
}
