import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { findOrtLibrary, setRuntimeEnvironment } from '../../../src/decoder/session/runtimeLibrary';

describe("the runtime's library", () => {
  it('lies beside the binding that onnxruntime-node loads itself', () => {
    const library = findOrtLibrary();
    const files = readdirSync(dirname(library));
    assert.ok(files.includes('onnxruntime_binding.node'), files.join(' '));
    const binding = readFileSync(join(require.resolve('onnxruntime-node/package.json'), '../dist/binding.js'), 'utf8');
    const abi = basename(join(library, '../../..'));
    assert.match(binding, new RegExp(`bin/${abi}/`), `${abi} is not what dist/binding.js requires`);
  });

  it('is found by what the package says of itself, whatever version of Node-API that is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'biogpt-runtime-'));
    try {
      const name = basename(findOrtLibrary());
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ binary: { napi_versions: [6, 10] } }));
      for (const abi of ['napi-v6', 'napi-v10']) {
        const bin = join(folder, 'bin', abi, process.platform, process.arch);
        mkdirSync(bin, { recursive: true });
        writeFileSync(join(bin, name), '');
      }
      assert.equal(findOrtLibrary(folder), join(folder, 'bin', 'napi-v10', process.platform, process.arch, name));
      rmSync(join(folder, 'bin', 'napi-v10'), { recursive: true });
      assert.throws(() => findOrtLibrary(folder), /no library for .*napi-v10/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

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
