import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubToken } from '../../../src/cli/hubToken';

const HUB = 'https://huggingface.co';

describe('the access token of the command line', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'biogpt-token-'));
    writeFileSync(join(home, 'token'), 'hf_saved\n');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is HF_TOKEN, for whichever Hub is asked', async () => {
    assert.equal(await hubToken(HUB, { HF_TOKEN: ' hf_a\n', HF_HOME: home }), 'hf_a');
    assert.equal(await hubToken('https://lab.example', { HF_TOKEN: 'hf_a' }), 'hf_a');
    assert.equal(await hubToken(HUB, { HUGGING_FACE_HUB_TOKEN: 'hf_b' }), 'hf_b');
  });

  it('is the one that was saved by a login, for the Hub of that login alone', async () => {
    assert.equal(await hubToken(HUB, { HF_HOME: home, HF_TOKEN: '' }), 'hf_saved');
    assert.equal(await hubToken(`${HUB}/`, { HF_TOKEN_PATH: join(home, 'token') }), 'hf_saved');
    mkdirSync(join(home, 'huggingface'));
    writeFileSync(join(home, 'huggingface', 'token'), 'hf_cached');
    assert.equal(await hubToken(HUB, { XDG_CACHE_HOME: home }), 'hf_cached');
    for (const other of ['https://mirror.example', 'http://huggingface.co', 'https://huggingface.co:444', 'x']) {
      assert.equal(await hubToken(other, { HF_HOME: home }), undefined, other);
    }
    const env = { HF_HOME: home, HF_ENDPOINT: 'https://lab.example/hub' };
    assert.equal(await hubToken('https://lab.example/hub', env), 'hf_saved');
    assert.equal(await hubToken(HUB, env), undefined);
  });

  it('is none without either, or where the file is not to be read', async () => {
    assert.equal(await hubToken(HUB, { HF_HOME: join(home, 'none') }), undefined);
    assert.equal(await hubToken(HUB, { HF_HOME: home, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }), undefined);
  });
});
