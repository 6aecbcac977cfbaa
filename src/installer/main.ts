import { runChild } from '../ipc/childMain';
import { InstallerServer } from './server';

runChild('installer', ({ connection, log }) => {
  const server = new InstallerServer(connection, { log });
  server.register();
  return { close: () => server.close() };
});
