import type { RpcProcess } from '../ipc/rpcProcess';
import { AskServerFor, ConnectionFailed, ServerAnswered, type AskServer } from '../protocol/server';

/** Asks a server for a decoder process, as long as that lives. */
export function askForDecoder(process: RpcProcess, ask: AskServer): void {
  process.onStreamRequest(AskServerFor, ServerAnswered, async ({ path, body }, { signal, onProgress }) => {
    try {
      const { body: text, ...head } = await ask({ path, ...(body !== undefined && { body }) }, signal);
      onProgress(head);
      for await (const piece of text) onProgress({ text: piece });
      return {};
    } catch (error) {
      if (error instanceof ConnectionFailed) return { failed: error.reason };
      throw error;
    }
  });
}
