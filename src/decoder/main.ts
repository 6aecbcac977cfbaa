import { runChild } from '../ipc/childMain';
import { Engine } from './engine';
import { askOverChannel } from './remote/askOverChannel';
import { openRemoteEngine } from './remote/openRemote';
import { DecoderServer } from './server';
import type { Backend } from './session/openSession';

/** `BIOGPT_BACKEND=native|plain`, for measurements and bug reports. */
function forcedBackend(): { backend?: Backend } {
  const value = process.env['BIOGPT_BACKEND'];
  return value === 'native' || value === 'plain' ? { backend: value } : {};
}

runChild('decoder', ({ connection, log }) => {
  const ask = askOverChannel(connection);
  const server = new DecoderServer(connection, {
    openEngine: (modelDir, options) => Engine.open(modelDir, { ...options, ...forcedBackend() }),
    openRemoteEngine: (modelDir, model, options) =>
      openRemoteEngine(modelDir, model, { ...options, ...forcedBackend(), ask }),
    log,
  });
  server.register();
  return { close: () => server.unload() };
});
