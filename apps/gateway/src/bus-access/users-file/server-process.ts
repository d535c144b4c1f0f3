import { readFile } from 'node:fs/promises';

const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
  throw error;
};

/** Numbers are given again: only a NATS server is to hear us. Where the system does not tell, the file is believed. */
const isNats = async (pid: number): Promise<boolean> => {
  if (process.platform !== 'linux') return true;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(unlessMissing);
  return name?.startsWith('nats') ?? false;
};

/** Has the server read its configuration again. False when no server runs: it will read it when it starts. */
export const reloadServer = async (pidFile: string): Promise<boolean> => {
  const pid = Number(await readFile(pidFile, 'utf8').catch(unlessMissing));
  if (!Number.isInteger(pid) || pid < 2 || !(await isNats(pid))) return false;
  process.kill(pid, 'SIGHUP');
  return true;
};
