import type { ChildProcess } from 'node:child_process';
import { type DataCallback, type Disposable, IPCMessageReader, type Message } from 'vscode-jsonrpc/node';

/**
 * Reads JSON-RPC messages from an IPC channel and passes on only those that are messages: `vscode-jsonrpc` trusts its other
 * side, and some malformed ones, such as a cancellation of nothing, would throw where nobody can catch it.
 */
export class WellFormedReader extends IPCMessageReader {
  /** @param onMalformed told of each message that is passed over */
  constructor(
    process: NodeJS.Process | ChildProcess,
    private readonly onMalformed: () => void,
  ) {
    super(process);
  }

  override listen(callback: DataCallback): Disposable {
    return super.listen((message) => (isMessage(message) ? callback(message) : this.onMalformed()));
  }
}

/** JSON-RPC 2.0's requests, notifications and responses, and the two notifications of `vscode-jsonrpc` itself. */
function isMessage(value: unknown): value is Message {
  if (!isObject(value)) return false;
  const { id, method, params, error } = value;
  if (method === undefined) {
    const fails = isObject(error) && typeof error['code'] === 'number' && typeof error['message'] === 'string';
    return isId(id) && (error === undefined ? 'result' in value : fails);
  }
  if (typeof method !== 'string' || !(id === undefined || isId(id))) return false;
  if (method === '$/cancelRequest') return isObject(params) && isId(params['id']);
  if (method === '$/progress') return isObject(params) && isId(params['token']);
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}
