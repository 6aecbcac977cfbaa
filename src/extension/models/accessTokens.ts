import type * as vscode from 'vscode';

/** Access tokens for Hubs, one for each server, in the editor's secret storage: none is in a setting, a file or a log. */
export class AccessTokens {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** The token for the server of an address. */
  async of(endpoint: string): Promise<string | undefined> {
    const key = keyOf(endpoint);
    return key === undefined ? undefined : this.secrets.get(key);
  }

  /** @returns false for what is no address */
  async set(endpoint: string, token: string): Promise<boolean> {
    const key = keyOf(endpoint);
    if (key !== undefined) await this.secrets.store(key, token);
    return key !== undefined;
  }

  async forget(endpoint: string): Promise<void> {
    const key = keyOf(endpoint);
    if (key !== undefined) await this.secrets.delete(key);
  }
}

/** By scheme, host and port: what may be told to one server is not for another. */
function keyOf(endpoint: string): string | undefined {
  return URL.canParse(endpoint.trim()) ? `hubToken ${new URL(endpoint.trim()).origin}` : undefined;
}
