import type * as vscode from 'vscode';

/** What a secret is for: a Hub's access token, an inference server's key. */
export type SecretKind = 'hubToken' | 'serverKey';

/** Secrets of one kind, one for each server, in the editor's secret storage: none is in a setting, a file or a log. */
export class OriginSecrets {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly kind: SecretKind,
  ) {}

  /** The secret for the server of an address. */
  async of(address: string): Promise<string | undefined> {
    const key = this.keyOf(address);
    return key === undefined ? undefined : this.secrets.get(key);
  }

  /** @returns false for what is no address */
  async set(address: string, secret: string): Promise<boolean> {
    const key = this.keyOf(address);
    if (key !== undefined) await this.secrets.store(key, secret);
    return key !== undefined;
  }

  async forget(address: string): Promise<void> {
    const key = this.keyOf(address);
    if (key !== undefined) await this.secrets.delete(key);
  }

  /** Calls back when the secret for a server changes, in whichever window. */
  onChange(listener: (isFor: (address: string) => boolean) => void): vscode.Disposable {
    return this.secrets.onDidChange(({ key }) => listener((address) => this.keyOf(address) === key));
  }

  /** By scheme, host and port: what may be told to one server is not for another. */
  private keyOf(address: string): string | undefined {
    return URL.canParse(address.trim()) ? `${this.kind} ${new URL(address.trim()).origin}` : undefined;
  }
}

/** Whether a secret can be sent as one: it goes into a header. */
export function isSendable(secret: string): boolean {
  return /^[\x21-\x7e]*$/.test(secret.trim());
}
