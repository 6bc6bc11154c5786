/** Prints what `checkTcpPort` answers for each port of the command line. */
import { createCheckTcpPort } from '../../core/run/context/tcp-port.ts';

const check = createCheckTcpPort(() => Promise.reject(new Error('no command is to be run')), {});
for (const port of process.argv.slice(2)) console.log(String(await check(Number(port))));
