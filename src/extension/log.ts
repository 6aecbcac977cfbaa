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
