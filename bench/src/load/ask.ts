import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Has a program of ours do something in a process of its own: sends it the order, and resolves with its one answer when
 * it has ended. Throws when it ends without one.
 *
 * @param program the address of the built program
 * @param env what it has in its environment besides ours
 */
export const ask = async <Answer>(program: URL, order: object, env: NodeJS.ProcessEnv = {}): Promise<Answer> => {
  // Buffers go over as bytes, not as text.
  const child = fork(fileURLToPath(program), { serialization: 'advanced', env: { ...process.env, ...env } });
  const ended = once(child, 'exit');
  child.send(order);
  const failed = ended.then(([code]) => Promise.reject(new Error(`${program.pathname} ended (${code})`)));
  const [answer] = (await Promise.race([once(child, 'message'), failed])) as [Answer];
  await ended;
  return answer;
};
