export const MAY_IMPORT: Record<string, readonly string[]>;
