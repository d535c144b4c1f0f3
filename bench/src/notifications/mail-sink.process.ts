import { type AddressInfo, createServer, type Socket } from 'node:net';

const endOfMail = '\r\n.\r\n';

/** Takes every mail and looks at none: what a mail server does is not measured. */
const serve = (socket: Socket): void => {
  let text = '';
  let inMail = false;
  const say = (answer: string): void => void socket.write(`${answer}\r\n`);
  /** Handles what has come as a whole; false: there is no more of it. */
  const next = (): boolean => {
    const end = inMail ? endOfMail : '\r\n';
    const at = text.indexOf(end);
    if (at < 0) return false;
    const command = text.slice(0, 4).toUpperCase();
    text = text.slice(at + end.length);
    if (inMail) say('250 2.0.0 taken');
    else if (command === 'DATA') say('354 go on');
    else if (command === 'QUIT') socket.end('221 2.0.0 bye\r\n');
    else say('250 2.0.0 ok');
    inMail = !inMail && command === 'DATA';
    return true;
  };
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    while (next());
  });
  say('220 sink ESMTP');
};

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
