import { runChild } from '../ipc/childMain';
import { InstallerServer } from './server';

runChild('installer', ({ connection, log, exit }) => {
  const server = new InstallerServer(connection, { log, exit });
  server.register();
  return { close: () => server.close() };
});
