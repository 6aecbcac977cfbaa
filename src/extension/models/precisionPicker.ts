import { totalmem } from 'node:os';
import * as vscode from 'vscode';
import { defaultPrecision, estimate, type ModelShape } from '../../library/catalogue/estimate';
import type { Precision } from '../../modelFolder/format';
import { precisionItems } from './precisionItems';

/** For a model whose size is not known yet: good on most machines for most models. */
const USUAL: Precision = 'int8';

/**
 * Asks in which precision to install a model. Nothing is fetched before this is answered.
 * @param shape undefined where it is not known yet
 * @param consequence what picking one sets going, in a sentence
 * @returns undefined if it is called off
 */
export async function pickPrecision(
  label: string, shape: ModelShape | undefined, consequence: string,
): Promise<Precision | undefined> {
  const memory = totalmem();
  const recommended = shape ? defaultPrecision(shape, memory) : USUAL;
  const items = precisionItems(recommended, shape && ((precision) => estimate(shape, precision)), memory);
  const picked = await vscode.window.showQuickPick(items, {
    title: `Install ${label}`,
    placeHolder: consequence,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.precision;
}
