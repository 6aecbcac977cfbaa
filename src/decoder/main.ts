import { runChild } from '../ipc/childMain';
import { Engine } from './engine';
import { DecoderServer } from './server';
import type { Backend } from './session/openSession';

/** `BIOGPT_BACKEND=native|plain`, for measurements and bug reports. */
function forcedBackend(): { backend?: Backend } {
  const value = process.env['BIOGPT_BACKEND'];
  return value === 'native' || value === 'plain' ? { backend: value } : {};
}

runChild('decoder', ({ connection, log }) => {
  const server = new DecoderServer(connection, {
    openEngine: (modelDir, options) => Engine.open(modelDir, { ...options, ...forcedBackend() }),
    log,
  });
  server.register();
  return { close: () => server.unload() };
});
