/** `npm run setup:conformance`: installs the reference implementations that the conformance suite compares with. */
import { conformancePython } from './support/python';

void conformancePython({ make: true }).then((located) => {
  if ('path' in located) {
    console.log(`Ready: ${located.path}`);
  } else {
    console.error(located.missing);
    process.exitCode = 1;
  }
});
