import * as vscode from 'vscode';

/** The extension's log, in the editor's output view. Never holds the writer's text. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('BioGPT Writer', { log: true });

  info(line: string): void {
    this.channel.info(line);
  }

  debug(line: string): void {
    this.channel.debug(line);
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }
}

/** A file's name for the log: on one line and visible, whatever characters it is made of. */
export function nameInLog(file: vscode.Uri): string {
  const visible = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;
  return vscode.workspace.asRelativePath(file).replace(/\p{C}/gu, visible);
}
