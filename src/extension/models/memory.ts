import { estimate } from '../../library/catalogue/estimate';
import { openModelFolder } from '../../modelFolder/modelFolder';

/** Memory that a model's process needs, in bytes; 0 where nothing can be said. */
export async function memoryOf(modelDir: string): Promise<number> {
  try {
    const { description } = await openModelFolder(modelDir);
    return estimate(description, description.precision).memoryBytes;
  } catch {
    // What is wrong with the folder is told by what loads it.
    return 0;
  }
}
