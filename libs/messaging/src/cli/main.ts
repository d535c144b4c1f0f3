import { run } from './run.ts';

const code = await run(process.argv.slice(2), process.env, {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
// A dial to a bus that takes the connection and says nothing leaves its socket, which would keep the process for ever.
process.exit(code);
