import * as v from 'valibot';
import * as vscode from 'vscode';
import { dictionaryWords } from '../completion/wordLists';

/** A list of words in another extension's settings; what else stands there is left out. */
const wordList = v.fallback(
  v.pipe(
    v.array(v.unknown()),
    v.transform((words) => words.filter((word) => typeof word === 'string')),
  ),
  [],
);
/** `cSpell.words` and `cSpell.userWords`, Code Spell Checker's. */
const cSpellSettings = v.object({ userWords: wordList, words: wordList });
/** `ltex.dictionary`: lists by language, LTeX's. */
const ltexDictionary = v.fallback(v.record(v.string(), wordList), {});

/** The writer's own words, from the settings of Code Spell Checker and LTeX. Nothing is read from files. */
export class OwnWords implements vscode.Disposable {
  /** The lists may differ between folders of a workspace. */
  private lists = new WeakMap<vscode.TextDocument, readonly string[]>();
  private readonly subscription: vscode.Disposable;

  constructor() {
    this.subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('cSpell') || change.affectsConfiguration('ltex')) this.lists = new WeakMap();
    });
  }

  of(document: vscode.TextDocument): readonly string[] {
    let words = this.lists.get(document);
    if (!words) {
      words = readOwnWords(document.uri);
      this.lists.set(document, words);
    }
    return words;
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

/** The words of the spell checkers' settings that hold for a document. */
export function readOwnWords(uri: vscode.Uri): string[] {
  const cSpell = vscode.workspace.getConfiguration('cSpell', uri);
  const { userWords, words } = v.parse(cSpellSettings, {
    userWords: cSpell.get('userWords'),
    words: cSpell.get('words'),
  });
  const dictionary = vscode.workspace.getConfiguration('ltex', uri).get('dictionary');
  return dictionaryWords([userWords, words], v.parse(ltexDictionary, dictionary));
}
