import type { Need } from '../../library/catalogue/estimate';
import { PRECISIONS, type Precision } from '../../modelFolder/format';
import { formatBytes } from './units';

export interface PrecisionItem {
  precision: Precision;
  label: string;
  description: string;
  detail: string;
}

const QUALITY: Record<Precision, string> = {
  int8: 'Hardly to be told from the original, a quarter of its size.',
  int4: 'The smallest; some suggestions differ from the original’s.',
  fp16: 'As good as the original, half its size on disk but not in memory.',
  fp32: 'The original itself; the largest.',
};

/** From the one that suits most machines to the one for those who compare. */
const ORDER: readonly Precision[] = ['int8', 'int4', 'fp16', 'fp32'];

/**
 * The precisions to choose from, the recommended one first.
 * @param need what the model needs; undefined where its size is not known yet
 * @param totalMemory of this machine, in bytes
 */
export function precisionItems(
  recommended: Precision, need: ((precision: Precision) => Need) | undefined, totalMemory: number,
): PrecisionItem[] {
  const rest = ORDER.filter((precision) => precision !== recommended && PRECISIONS.includes(precision));
  return [recommended, ...rest].map((precision) => {
    const parts: string[] = [];
    let tooLarge = '';
    if (need) {
      const { diskBytes, memoryBytes } = need(precision);
      parts.push(`${formatBytes(diskBytes)} on disk`, `about ${formatBytes(memoryBytes)} of memory`);
      if (memoryBytes > totalMemory) {
        tooLarge = `$(warning) More memory than this machine has (${formatBytes(totalMemory)}). `;
      }
    }
    if (precision === recommended) parts.push(need ? 'recommended for this machine' : 'recommended');
    return { precision, label: precision, description: parts.join(' · '), detail: tooLarge + QUALITY[precision] };
  });
}
