// A decoder process that speaks the real protocol over the real channel, but needs no model.
// `complete` does as the prompt says: "say X", "count" (streams until cancelled), "die", "hang".
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const progress = new ProgressType();
const timings = { reusedTokens: 0, prefillTokens: 0, prefillMs: 0, decodedTokens: 0, decodeMs: 0 };

connection.onRequest('biogpt/loadModel', ({ modelDir, threads }) => {
  if (modelDir === '/bad')
    throw new ResponseError(-32803, 'There is no model in /bad.', { code: 'notFound', path: '/bad' });
  console.error(`loading ${modelDir}`);
  return {
    name: 'scripted',
    modelDir,
    precision: process.env.ELECTRON_RUN_AS_NODE,
    parameters: threads ?? 0,
    maxPositions: 1,
    backend: 'plain',
    loadMs: 0,
  };
});
connection.onRequest('biogpt/complete', async ({ textBefore, progressToken }, token) => {
  const [order, ...words] = textBefore.split(' ');
  if (order === 'die') process.kill(process.pid, 'SIGKILL');
  if (order === 'hang') await new Promise(() => undefined);
  for (let n = 1; order === 'count'; n++) {
    if (token.isCancellationRequested) throw new ResponseError(-32800, 'Cancelled.');
    await connection.sendProgress(progress, progressToken, { text: String(n), tokens: n });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { text: words.join(' '), tokens: words.length, finishReason: 'endOfText', timings };
});
connection.onRequest('biogpt/prepare', async ({ textBefore }, token) => {
  if (textBefore === 'busy') throw new ResponseError(-32800, 'Something else came.');
  while (textBefore === 'count') {
    if (token.isCancellationRequested) throw new ResponseError(-32800, 'Cancelled.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { reusedTokens: 0, prefillTokens: textBefore.split(' ').length, prefillMs: 0 };
});
connection.onRequest('biogpt/status', () => ({ pid: process.pid, argv: process.execArgv }));
connection.onRequest('biogpt/shutdown', () => {
  setImmediate(() => process.exit(0));
  return null;
});
process.on('disconnect', () => process.exit(0));
connection.listen();
