import assert from 'node:assert/strict';
import { setRuntimeEnvironment } from '../../../src/decoder/session/runtimeEnvironment';

describe('the environment of the runtime', () => {
  it('has telemetry off, whatever was set', () => {
    const env = { ORT_DISABLE_TELEMETRY: '0' };
    setRuntimeEnvironment(env);
    assert.equal(env.ORT_DISABLE_TELEMETRY, '1');
  });

  it('leaves the way of attention to whoever has chosen one', () => {
    const env: NodeJS.ProcessEnv = {};
    setRuntimeEnvironment(env);
    assert.equal(env['ORT_GQA_DISABLE_FLASH_ATTENTION'], '1');
    const chosen = { ORT_GQA_DISABLE_FLASH_ATTENTION: '0' };
    setRuntimeEnvironment(chosen);
    assert.equal(chosen.ORT_GQA_DISABLE_FLASH_ATTENTION, '0');
  });
});
