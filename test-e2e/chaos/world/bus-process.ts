// SNS and SQS as a process that can be killed. Arguments: the folder that keeps its messages, the port.
import { startEmulator } from '@pao/bus/emulator';

const [dataDirectory = '', port = ''] = process.argv.slice(2);
await startEmulator({ dataDirectory, port: Number(port) });
