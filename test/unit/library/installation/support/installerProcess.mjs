// An installer process that speaks the real protocol over the real channel, but installs nothing: it asks that the model
// folder be let go of, and says in its answer what it was answered.
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

connection.onRequest('biogpt/installer/install', async ({ outDir }) => {
  console.error('asks');
  const answer = await connection.sendRequest('biogpt/installer/release', { modelDir: outDir });
  console.error('replaces');
  return { bytes: 1, warnings: [], answer };
});
connection.onRequest('biogpt/shutdown', () => {
  setImmediate(() => process.exit(0));
  return null;
});
process.on('disconnect', () => process.exit(0));
connection.listen();
