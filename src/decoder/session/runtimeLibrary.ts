import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The library's name by platform. */
const LIBRARIES: Partial<Record<NodeJS.Platform, RegExp>> = {
  linux: /^libonnxruntime\.so\.1$/,
  darwin: /^libonnxruntime\..*dylib$/,
  win32: /^onnxruntime\.dll$/,
};

/**
 * `libonnxruntime` as onnxruntime-node ships it for this platform, beside its own binding: in a folder named after the
 * newest version of Node-API that its `package.json` lists.
 *
 * @param packageFolder onnxruntime-node; default: the one that Node finds.
 * @throws Error when there is none.
 */
export function findOrtLibrary(packageFolder = dirname(require.resolve('onnxruntime-node/package.json'))): string {
  const { binary } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    binary?: { napi_versions?: number[] };
  };
  const abi = `napi-v${Math.max(...(binary?.napi_versions ?? []))}`;
  const folder = join(packageFolder, 'bin', abi, process.platform, process.arch);
  const pattern = LIBRARIES[process.platform];
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // Told below: a missing folder and an empty one mean the same.
  }
  const name = pattern && names.sort().find((candidate) => pattern.test(candidate));
  if (!name) throw new Error(`onnxruntime-node has no library for ${process.platform}-${process.arch} (${folder}).`);
  return join(folder, name);
}

/**
 * Sets the variables that ONNX Runtime reads, before it is loaded.
 *
 * - From version 1.29 on its official builds for Linux and macOS upload events about the process and its models by
 *   default, with a device identifier on disk (microsoft/onnxruntime#27379): that is prevented. Windows builds only hand
 *   events to the system's tracing, which `DisableTelemetryEvents` turns off.
 * - Its attention goes over the keys in tiles, to save memory. For the 1,024 positions that BioGPT has, whole matrices
 *   are small too, and a prompt takes a tenth less time (two Xeon cores with AVX-512); a value that is set stays.
 */
export function setRuntimeEnvironment(env: NodeJS.ProcessEnv = process.env): void {
  env['ORT_DISABLE_TELEMETRY'] = '1';
  env['ORT_GQA_DISABLE_FLASH_ATTENTION'] ??= '1';
}
