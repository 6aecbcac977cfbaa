import assert from 'node:assert/strict';
import { SystemProcess } from '../../../bench/speed/systemProcess';

const node = (script: string): SystemProcess =>
  new SystemProcess('It', { program: process.execPath, args: ['-e', script] });

/** Echoes what it is asked, after a line that is no answer. */
const echo = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (JSON.parse(line).op === 'quit') process.exit(0);
    if (JSON.parse(line).op === 'bandwidth') { console.error('no memory left'); process.exit(3); }
    if (JSON.parse(line).op === 'memory') return console.log('{"error":"cannot tell"}');
    console.log('loading ...');
    console.log(line);
  });`;

describe('speed bench: a system in its process', () => {
  it('takes the line that is JSON as the answer', async () => {
    const system = node(echo);
    assert.deepEqual(await system.ask({ op: 'prefill', ids: [2, 5] }), { op: 'prefill', ids: [2, 5] });
    await system.quit();
  });

  it("fails in the system's words", async () => {
    const system = node(echo);
    await assert.rejects(system.ask({ op: 'memory' }), /^Error: It: cannot tell$/);
    await system.quit();
  });

  it('says what a process said last that ends instead of answering', async () => {
    await assert.rejects(node(echo).ask({ op: 'bandwidth' }), /It ended \(exit code 3\): no memory left/);
  });

  it('fails where there is no such program', async () => {
    const system = new SystemProcess('It', { program: '/no/such/program', args: [] });
    await assert.rejects(system.ask({ op: 'memory' }), /ENOENT/);
  });
});
