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
