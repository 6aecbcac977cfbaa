import { basename } from 'node:path';
import * as vscode from 'vscode';
import { estimate } from '../../library/catalogue/estimate';
import type { InstalledModel } from '../../library/installation/types';
import { taskReader, type ChoiceTask, type RelationTask, type TaskReader } from '../../mining/taskReader';
import type { ModelDescription } from '../../modelFolder/format';
import { openModelFolder } from '../../modelFolder/modelFolder';
import { candidates } from '../models/chosenModel';
import { readMiningSettings } from '../settings';
import { wordedWithoutPath } from '../wording';

/** What is read from a text: a command each. */
export type MiningKind = 'relations' | 'answer' | 'classes';

export interface ReaderOf {
  relations: RelationTask;
  answer: ChoiceTask;
  classes: ChoiceTask;
}

/** A model that can do what a command asks for. */
export interface TaskModel<K extends MiningKind = MiningKind> {
  dir: string;
  name: string;
  reader: ReaderOf[K];
  /** Tokens of the text that it reads. */
  maxSourceTokens: number;
  /** It reads the conclusion of an abstract apart. */
  withConclusion: boolean;
  /** Of its process, once its cache is full. */
  memoryBytes: number;
}

/** There is no model for a command; worded. */
export class NoTaskModel extends Error {
  override readonly name = 'NoTaskModel';

  /** @param chosen a setting names one that doesn't do */
  constructor(
    message: string,
    readonly kind: MiningKind,
    readonly chosen: boolean,
  ) {
    super(message);
  }
}

/** The name of the setting that names the model of a command, without `biogpt.mining.`. */
export const SETTING_OF = {
  relations: 'relationModel',
  answer: 'answerModel',
  classes: 'classModel',
} as const satisfies Record<MiningKind, string>;

/**
 * The model that the setting names, else an installed one that was tuned for such a task, the one in use before others.
 * @throws NoTaskModel
 */
export async function taskModelFor<K extends MiningKind>(
  kind: K,
  places: { roots: readonly string[]; inUse: string; installed(): Promise<readonly InstalledModel[]> },
): Promise<TaskModel<K>> {
  const wanted = readMiningSettings()[SETTING_OF[kind]];
  if (wanted !== '') return chosen(kind, wanted, places.roots);
  const inUse = await openModelFolder(places.inUse).catch(() => undefined);
  for (const model of [...(inUse ? [inUse] : []), ...(await places.installed())]) {
    const found = taskModelOf(kind, model);
    if (found) return found;
  }
  throw new NoTaskModel(absent(kind), kind, false);
}

async function chosen<K extends MiningKind>(kind: K, wanted: string, roots: readonly string[]): Promise<TaskModel<K>> {
  const setting = `biogpt.mining.${SETTING_OF[kind]}`;
  let problem = vscode.l10n.t('No model with this name is installed.');
  for (const dir of candidates(wanted, roots)) {
    let model;
    try {
      model = await openModelFolder(dir);
    } catch (error) {
      problem = wordedWithoutPath(error, dir);
      continue;
    }
    const found = taskModelOf(kind, model);
    if (found) return found;
    const task = model.description.task?.id;
    throw new NoTaskModel(
      task === undefined
        ? vscode.l10n.t(
            '{0} is not fine-tuned for text mining. Specify another model in the setting {1}.',
            model.description.name,
            setting,
          )
        : wrongTask(kind, model.description.name, task, setting),
      kind,
      true,
    );
  }
  throw new NoTaskModel(
    vscode.l10n.t('The model {0}, set in {1}, cannot be used. {2}', wanted, setting, problem),
    kind,
    true,
  );
}

function taskModelOf<K extends MiningKind>(
  kind: K,
  { dir, description }: { dir: string; description: ModelDescription },
): TaskModel<K> | undefined {
  const { task, precision, name } = description;
  if (!task) return undefined;
  const reader = taskReader(task);
  if (!fits(kind, reader)) return undefined;
  return {
    dir,
    name: name || basename(dir),
    reader,
    maxSourceTokens: task.maxSourceTokens,
    withConclusion: task.withConclusion === true,
    memoryBytes: estimate(description, precision).memoryBytes,
  };
}

function fits<K extends MiningKind>(kind: K, reader: TaskReader): reader is ReaderOf[K] {
  switch (kind) {
    case 'relations':
      return reader.kind === 'relations';
    case 'answer':
      return reader.kind === 'choice' && reader.asks;
    default:
      return reader.kind === 'choice' && !reader.asks;
  }
}

function absent(kind: MiningKind): string {
  switch (kind) {
    case 'relations':
      return vscode.l10n.t(
        'To extract relations, you need a model that is fine-tuned for this task, and none is installed. Install your own in Choose Model…, from a folder or the Hugging Face Hub.',
      );
    case 'answer':
      return vscode.l10n.t(
        'To answer questions, you need a model that is fine-tuned for this task, and none is installed. You can download BioGPT-Large-PubMedQA.',
      );
    case 'classes':
      return vscode.l10n.t(
        'To classify sentences, you need a model that is fine-tuned for this task, and none is installed. Install your own in Choose Model…, from a folder or the Hugging Face Hub.',
      );
  }
}

function wrongTask(kind: MiningKind, name: string, task: string, setting: string): string {
  switch (kind) {
    case 'relations':
      return vscode.l10n.t(
        '{0} is fine-tuned for {1} and cannot extract relations. Specify another model in the setting {2}.',
        name,
        task,
        setting,
      );
    case 'answer':
      return vscode.l10n.t(
        '{0} is fine-tuned for {1} and cannot answer questions. Specify another model in the setting {2}.',
        name,
        task,
        setting,
      );
    case 'classes':
      return vscode.l10n.t(
        '{0} is fine-tuned for {1} and cannot classify sentences. Specify another model in the setting {2}.',
        name,
        task,
        setting,
      );
  }
}
