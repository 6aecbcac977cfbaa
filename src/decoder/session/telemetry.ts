/**
 * Keeps ONNX Runtime from reporting to Microsoft. From version 1.29 on its official builds for Linux and
 * macOS upload events about the process and its models by default, with a device identifier on disk
 * (microsoft/onnxruntime#27379); this variable, set before the library is loaded, prevents all of it.
 * Windows builds only hand events to the system's tracing, which `DisableTelemetryEvents` turns off.
 */
export function disableTelemetry(env: NodeJS.ProcessEnv = process.env): void {
  env['ORT_DISABLE_TELEMETRY'] = '1';
}
