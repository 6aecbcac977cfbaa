import { readServerAddress, type AddressProblem } from '../client/serverAddress';
import { serverFetch } from '../client/serverFetch';
import { Engine, type EngineOptions } from '../decoder/engine';
import { openRemoteEngine, type RemoteOptions } from '../decoder/remote/openRemote';
import { english } from '../modelFolder/phrase';

/** Options of commands that a server may compute for. */
export interface ServerOptions {
  /** Base URL. */
  server?: string;
  serverModel?: string;
  allowHttp?: boolean;
}

/** Where the key of a server is looked for. */
export const KEY_VARIABLE = 'BIOGPT_SERVER_KEY';

const PROBLEMS: Readonly<Record<AddressProblem, string>> = {
  notAnAddress: 'is not an address. Specify one such as http://localhost:8000/v1.',
  wrongProtocol: 'must begin with https:// or http://.',
  holdsSecret: `must not contain a user name or a password. Set ${KEY_VARIABLE} to the key of the server.`,
  holdsQuery: 'must not contain "?" or "#".',
  notEncrypted:
    'is not encrypted: everybody on the way can read the text and the key. Use https, or add --allow-http if the network is yours.',
};

/** Opens a model on this machine, or on the server that the options name. @throws Error; ModelError; ServerError */
export async function openEngine(
  modelDir: string,
  { server, serverModel, allowHttp }: ServerOptions,
  options: EngineOptions & Pick<RemoteOptions, 'patience' | 'signal'> = {},
): Promise<Engine> {
  if (server === undefined) {
    if (serverModel !== undefined) throw new Error('--server-model needs --server.');
    return Engine.open(modelDir, options);
  }
  const address = readServerAddress(server, { allowHttp: allowHttp ?? false });
  if (!address.ok) throw new Error(`--server: this address ${PROBLEMS[address.problem]}`);
  const { url } = address;
  const key = (process.env[KEY_VARIABLE] ?? '').trim();
  const engine = await openRemoteEngine(
    modelDir,
    { host: url.host, ...(serverModel !== undefined && { model: serverModel }) },
    { ...options, ask: serverFetch({ base: url, ...(key !== '' && { key }), fetch: globalThis.fetch }) },
  );
  for (const lack of engine.info.server?.lacks ?? []) process.stderr.write(`note: ${english(lack)}\n`);
  return engine;
}
