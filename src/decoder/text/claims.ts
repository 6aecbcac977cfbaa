/**
 * Claims that are facts though they hold no number and no name of a gene or drug: how something is inherited, on which
 * chromosome it lies, where it was counted, what one dies of.
 */
const CLAIMS: readonly RegExp[] = [
  /(?:autosomal|[XY]-linked)(?: (?:co-?)?(?:dominant|recessive))?/giu,
  /[XY] chromosome/giu,
  /United (?:States|Kingdom)|North(?:ern)? America|Europe|Africa|Asia|Australia|Canada|China|India|Japan|Brazil|worldwide|in the world/gu,
  /causes? of (?:death|mortality|morbidity)/giu,
].map(({ source, flags }) => new RegExp(`(?<![\\p{L}\\p{N}-])(?:${source})(?![\\p{L}\\p{N}])`, flags));

/** Where the first claim of a text stands that the grounds do not make, as an index of it; -1 for none. */
export type ClaimFinder = (text: string) => number;

/** @param grounds texts whose claims may be repeated */
export function claimFinder(grounds: readonly string[]): ClaimFinder {
  const made = new Set(
    grounds.flatMap((text) => claimsIn(text).flatMap(({ claim }) => [claim, ...claim.split(' ', 1)])),
  );
  return (text) => {
    const invented = claimsIn(text).filter(({ claim }) => !made.has(claim));
    return invented.length === 0 ? -1 : Math.min(...invented.map(({ index }) => index));
  };
}

function claimsIn(text: string): { claim: string; index: number }[] {
  return CLAIMS.flatMap((claims) =>
    Array.from(text.matchAll(claims), ({ 0: words, index }) => ({
      claim: words.toLowerCase().replace('causes of', 'cause of'),
      index,
    })),
  );
}
