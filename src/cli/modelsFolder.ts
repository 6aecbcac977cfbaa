import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the command line keeps models unless told otherwise; the editor has its own folder. */
export const defaultModelsFolder = join(homedir(), '.biogpt', 'models');
