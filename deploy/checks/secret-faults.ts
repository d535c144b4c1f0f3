import type { Manifest } from './render.ts';
import { containers, ofKind, variables, workloads } from './workloads.ts';

const NAME =
  /PASSWORD|SECRET|SEED|KEK|KEY$|TOKEN|DATABASE_URL|SMTP_URL|CREDENTIAL|SERVICE_ACCOUNT|^AFTERTONE_CELLS$|^OIDC_ISSUERS$/;
/** A password in an address, or a field of a JSON text that holds a secret, and no reference to one. */
const VALUE = /:\/\/[^/\s"]*:[^/\s"@]+@|"\w*(?:password|secret|seed|private_?key)"\s*:/i;

/** Secrets that stand in a manifest in clear. */
export function secretFaults(all: readonly Manifest[]): string[] {
  const faults = ofKind(all, 'Secret').map(({ metadata }) => `Secret ${metadata.name} is among the manifests`);
  const judge = (place: string, name: string, value: string | undefined): void => {
    if (value === undefined || value === '') return;
    if (NAME.test(name) || VALUE.test(value)) faults.push(`${place}: ${name} is in clear`);
  };
  for (const { metadata, data } of ofKind(all, 'ConfigMap')) {
    for (const [name, value] of Object.entries<string>(data ?? {})) judge(`ConfigMap ${metadata.name}`, name, value);
  }
  for (const workload of workloads(all)) {
    for (const container of [...containers(workload), ...(workload.spec.template.spec.initContainers ?? [])]) {
      for (const { name, value, secret } of variables(container, all)) {
        if (secret === undefined) judge(`${workload.kind} ${workload.metadata.name}`, name, value);
      }
    }
  }
  return faults;
}
