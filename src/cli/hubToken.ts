import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The access token for a Hub, where `huggingface_hub` looks for it: `HF_TOKEN` or `HUGGING_FACE_HUB_TOKEN`; else the file
 * that `hf auth login` writes (`HF_TOKEN_PATH`, default `token` in `HF_HOME`). A token in the environment is for the Hub that
 * is asked; one in the file is for the Hub where its owner logged in, `HF_ENDPOINT` or huggingface.co, and for no other.
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN` leaves the file alone.
 */
export async function hubToken(endpoint: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const given = (env['HF_TOKEN'] ?? env['HUGGING_FACE_HUB_TOKEN'] ?? '').trim();
  if (given !== '') return given;
  const home = env['HF_ENDPOINT'] ?? 'https://huggingface.co';
  if (originOf(home) === undefined || originOf(endpoint) !== originOf(home)) return undefined;
  if (/^(1|ON|YES|TRUE)$/i.test(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'] ?? '')) return undefined;
  const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const path = env['HF_TOKEN_PATH'] ?? join(env['HF_HOME'] ?? join(cache, 'huggingface'), 'token');
  const saved = await readFile(path, 'utf8').catch(() => '');
  return saved.trim() || undefined;
}

function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
