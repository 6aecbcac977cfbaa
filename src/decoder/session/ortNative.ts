import { basename } from 'node:path';
import type { LibraryHandle } from 'koffi';
import { findOrtLibrary, setRuntimeEnvironment } from './runtimeLibrary';

/** An address in native memory; koffi hands pointers over as integers. */
export type Pointer = bigint;

type Func = ((...args: unknown[]) => unknown) & { async: (...args: unknown[]) => void };

/** ONNXTensorElementDataType */
const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7 } as const;
/** OrtLoggingLevel ORT_LOGGING_LEVEL_ERROR */
const LOG_ERRORS = 3;
/** GraphOptimizationLevel ORT_ENABLE_ALL */
const OPTIMIZE_ALL = 99;
/** OrtAllocatorType */
const ALLOCATOR = { device: 0, arena: 1 } as const;
/** OrtMemType OrtMemTypeDefault */
const MEMORY_DEFAULT = 0;
/**
 * How the arena for intermediate results grows: in powers of two up to 32 MB. Its own default goes on to 1 GB,
 * and one request of 2 GB ends the process in Electron. Without an arena every buffer of a long prefill is
 * fresh memory whose pages the system must first clear, which doubles its time.
 */
const ARENA = {
  arena_extend_strategy: 0,
  initial_chunk_size_bytes: 1 << 20,
  max_power_of_two_extend_bytes: 32 << 20,
};
/** kOrtSessionOptionsModelExternalInitializersFileFolderPath */
const WEIGHTS_FOLDER = 'session.model_external_initializers_file_folder_path';
/** Any version the library is newer than: later ones only append to the table. */
const API_VERSION = 16;

/**
 * Where each function lies in `struct OrtApi` (onnxruntime_c_api.h). ONNX Runtime only ever appends to
 * that table and asserts these positions in its own build. All results but those of `Release…` are
 * `OrtStatus *`, null for success.
 */
const TABLE = {
  GetErrorMessage: [2, 'const char *', ['void *']],
  CreateEnv: [3, 'void *', ['int', 'const char *', '_Out_ void **']],
  DisableTelemetryEvents: [6, 'void *', ['void *']],
  CreateSession: [7, 'void *', ['void *', 'PATH', 'void *', '_Out_ void **']],
  CreateSessionFromArray: [8, 'void *', ['void *', 'void *', 'size_t', 'void *', '_Out_ void **']],
  CreateSessionOptions: [10, 'void *', ['_Out_ void **']],
  SetOptimizedModelFilePath: [11, 'void *', ['void *', 'PATH']],
  DisableMemPattern: [17, 'void *', ['void *']],
  SetSessionLogSeverityLevel: [22, 'void *', ['void *', 'int']],
  SetSessionGraphOptimizationLevel: [23, 'void *', ['void *', 'int']],
  SetIntraOpNumThreads: [24, 'void *', ['void *', 'int']],
  SetInterOpNumThreads: [25, 'void *', ['void *', 'int']],
  SessionGetInputCount: [30, 'void *', ['void *', '_Out_ size_t *']],
  SessionGetOutputCount: [31, 'void *', ['void *', '_Out_ size_t *']],
  CreateRunOptions: [39, 'void *', ['_Out_ void **']],
  RunOptionsSetTerminate: [46, 'void *', ['void *']],
  RunOptionsUnsetTerminate: [47, 'void *', ['void *']],
  CreateTensorWithDataAsOrtValue: [
    49,
    'void *',
    ['void *', 'void *', 'size_t', 'int64_t *', 'size_t', 'int', '_Out_ void **'],
  ],
  CreateCpuMemoryInfo: [69, 'void *', ['int', 'int', '_Out_ void **']],
  ReleaseEnv: [92, 'void', ['void *']],
  ReleaseStatus: [93, 'void', ['void *']],
  ReleaseMemoryInfo: [94, 'void', ['void *']],
  ReleaseSession: [95, 'void', ['void *']],
  ReleaseValue: [96, 'void', ['void *']],
  ReleaseRunOptions: [97, 'void', ['void *']],
  ReleaseSessionOptions: [100, 'void', ['void *']],
  AddSessionConfigEntry: [130, 'void *', ['void *', 'const char *', 'const char *']],
  RunWithBinding: [133, 'void *', ['void *', 'void *', 'void *']],
  CreateIoBinding: [134, 'void *', ['void *', '_Out_ void **']],
  ReleaseIoBinding: [135, 'void', ['void *']],
  BindInput: [136, 'void *', ['void *', 'const char *', 'void *']],
  BindOutput: [137, 'void *', ['void *', 'const char *', 'void *']],
  CreateAndRegisterAllocator: [144, 'void *', ['void *', 'void *', 'void *']],
  ReleaseArenaCfg: [157, 'void', ['void *']],
  CreateArenaCfgV2: [164, 'void *', ['const char **', 'size_t *', 'size_t', '_Out_ void **']],
} as const satisfies Record<string, readonly [number, string, readonly string[]]>;

type Name = keyof typeof TABLE;

/**
 * What was loaded, by its path, for as long as the process lives: koffi keeps every prototype that it was told of, about
 * 0.1 MB for this table. It unloads a library once nothing refers to it, and functions that were found through a table of
 * pointers don't.
 */
const loaded = new Map<string, Promise<{ native: OrtNative; library: LibraryHandle }>>();

export interface SessionSettings {
  /** Where the weights of a graph that is given as bytes lie; else they lie beside it. */
  weightsFolder?: string;
  /** Writes the optimised graph here, and its weights, packed for the kernels, to the same path with `.data`. */
  saveTo?: string;
}

/**
 * The C API of ONNX Runtime, called through koffi: what onnxruntime-node's own binding lacks is a run
 * whose outputs stay where they are, off the main thread, and can be ended from outside.
 *
 * Every method throws an Error with the runtime's message when a call fails.
 */
export class OrtNative {
  private constructor(
    private readonly functions: Record<Name, Func>,
    private readonly env: Pointer,
    private readonly cpu: Pointer,
    /** The runtime's version, such as `1.30.0`. */
    readonly version: string,
  ) {}

  /**
   * The runtime of this process; whoever asks again gets the same one.
   * @throws Error when koffi or the library cannot be loaded on this machine.
   */
  static async load(libraryPath: string = findOrtLibrary()): Promise<OrtNative> {
    let loading = loaded.get(libraryPath);
    if (!loading) {
      loading = OrtNative.open(libraryPath);
      loaded.set(libraryPath, loading);
      loading.catch(() => loaded.delete(libraryPath));
    }
    return (await loading).native;
  }

  private static async open(libraryPath: string): Promise<{ native: OrtNative; library: LibraryHandle }> {
    setRuntimeEnvironment();
    const koffi = (await import('koffi')).default;
    try {
      // Kernels keep work areas on the stack; koffi's own stack for asynchronous calls is 128 KiB.
      koffi.config({ sync_stack_size: 8 << 20, async_stack_size: 8 << 20, resident_async_pools: 1 });
    } catch {
      // Already set by an earlier load in this process.
    }
    const library = koffi.load(libraryPath);
    const path = process.platform === 'win32' ? 'const char16_t *' : 'const char *';
    const at = (table: Pointer, index: number): Pointer =>
      koffi.decode(table, index * koffi.sizeof('void *'), 'void *') as Pointer;
    const decode = (pointer: Pointer, result: string, args: readonly string[]): Func => {
      const types = args.map((arg) => {
        if (arg.startsWith('_Out_ ')) return koffi.out(arg.slice('_Out_ '.length));
        return arg === 'PATH' ? path : arg;
      });
      return koffi.decode(pointer, koffi.proto(result, types)) as Func;
    };

    const base = library.func('OrtGetApiBase', 'void *', [])() as Pointer;
    const version = String(decode(at(base, 1), 'const char *', [])());
    const api = decode(at(base, 0), 'void *', ['uint32_t'])(API_VERSION) as Pointer | null;
    if (!api) throw new Error(`ONNX Runtime ${version} is too old for API version ${API_VERSION}.`);
    const functions = Object.fromEntries(
      Object.entries(TABLE).map(([name, [index, result, args]]) => [name, decode(at(api, index), result, args)]),
    ) as Record<Name, Func>;

    const env: [Pointer | null] = [null];
    const cpu: [Pointer | null] = [null];
    check(functions, functions.CreateEnv(LOG_ERRORS, 'biogpt', env));
    check(functions, functions.DisableTelemetryEvents(env[0]));
    check(functions, functions.CreateCpuMemoryInfo(ALLOCATOR.device, MEMORY_DEFAULT, cpu));
    const native = new OrtNative(functions, env[0]!, cpu[0]!, version);
    native.registerArena();
    return { native, library };
  }

  /** One arena for all sessions of the process; registering it again replaces nothing. */
  private registerArena(): void {
    const memory = this.create('CreateCpuMemoryInfo', ALLOCATOR.arena, MEMORY_DEFAULT);
    const settings = Object.entries(ARENA);
    const [keys, values] = [settings.map(([key]) => key), settings.map(([, value]) => value)];
    const config = this.create('CreateArenaCfgV2', keys, values, settings.length);
    try {
      this.call('CreateAndRegisterAllocator', this.env, memory, config);
    } finally {
      this.release('ReleaseArenaCfg', config);
      this.release('ReleaseMemoryInfo', memory);
    }
  }

  /**
   * Loads a graph off the main thread: for a large model that takes seconds.
   * @param model path of an ONNX file, or its bytes, which stay as they are until it is loaded.
   */
  async createSession(
    model: string | Uint8Array,
    threads: number,
    { weightsFolder, saveTo }: SessionSettings = {},
  ): Promise<OrtNativeSession> {
    const options = this.create('CreateSessionOptions');
    try {
      this.call('SetIntraOpNumThreads', options, threads);
      this.call('SetInterOpNumThreads', options, 1);
      this.call('SetSessionLogSeverityLevel', options, LOG_ERRORS);
      this.call('SetSessionGraphOptimizationLevel', options, OPTIMIZE_ALL);
      this.call('AddSessionConfigEntry', options, 'session.use_env_allocators', '1');
      // Weights stay as long as the session: no reason to hold them in the arena.
      this.call('AddSessionConfigEntry', options, 'session.use_device_allocator_for_initializers', '1');
      // Threads that wait for more would take the cores from the editor, and from the other graph's first passes.
      this.call('AddSessionConfigEntry', options, 'session.force_spinning_stop', '1');
      // Shapes vary from pass to pass.
      this.call('DisableMemPattern', options);
      if (weightsFolder !== undefined) this.call('AddSessionConfigEntry', options, WEIGHTS_FOLDER, weightsFolder);
      if (saveTo !== undefined) this.saveTo(options, saveTo);
      const session: [Pointer | null] = [null];
      if (typeof model === 'string') await this.callAsync('CreateSession', this.env, model, options, session);
      else await this.callAsync('CreateSessionFromArray', this.env, model, model.byteLength, options, session);
      return new OrtNativeSession(this, session[0]!);
    } finally {
      this.release('ReleaseSessionOptions', options);
    }
  }

  private saveTo(options: Pointer, path: string): void {
    this.call('SetOptimizedModelFilePath', options, path);
    const set = (key: string, value: string): void =>
      this.call('AddSessionConfigEntry', options, `session.${key}`, value);
    set('optimized_model_external_initializers_file_name', `${basename(path)}.data`);
    set('optimized_model_external_initializers_min_size_in_bytes', '128');
    set('save_external_prepacked_constant_initializers', '1');
  }

  /**
   * A tensor over `data` itself: no copy. The caller keeps `data` alive, and its buffer off V8's moving heap,
   * until the tensor is released.
   */
  createTensor(data: Float32Array | Int32Array | BigInt64Array, dims: readonly number[]): Pointer {
    const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
    const shape = BigInt64Array.from(dims, BigInt);
    return this.create(
      'CreateTensorWithDataAsOrtValue',
      this.cpu,
      data,
      data.byteLength,
      shape,
      dims.length,
      ELEMENT_TYPES[type],
    );
  }

  releaseTensor(tensor: Pointer): void {
    this.release('ReleaseValue', tensor);
  }

  /** Calls a function that returns a status. */
  call(name: Name, ...args: unknown[]): void {
    check(this.functions, this.functions[name](...args));
  }

  /** The same on one of koffi's threads. */
  callAsync(name: Name, ...args: unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.functions[name].async(...args, (error: unknown, status: unknown) => {
        try {
          if (error) throw error;
          check(this.functions, status);
          resolve();
        } catch (reason) {
          reject(reason as Error);
        }
      });
    });
  }

  /** Calls a function whose last parameter receives a new object. */
  create(name: Name, ...args: unknown[]): Pointer {
    const out: [Pointer | null] = [null];
    this.call(name, ...args, out);
    return out[0]!;
  }

  release(name: Name, object: Pointer): void {
    this.functions[name](object);
  }
}

/** A loaded graph with its run options. */
export class OrtNativeSession {
  private readonly runOptions: Pointer;

  constructor(
    private readonly ort: OrtNative,
    private readonly session: Pointer,
  ) {
    this.runOptions = ort.create('CreateRunOptions');
  }

  /** Number of inputs and outputs of the graph. */
  arity(): { inputs: number; outputs: number } {
    const inputs = [0];
    const outputs = [0];
    this.ort.call('SessionGetInputCount', this.session, inputs);
    this.ort.call('SessionGetOutputCount', this.session, outputs);
    return { inputs: Number(inputs[0]), outputs: Number(outputs[0]) };
  }

  createBinding(): Pointer {
    return this.ort.create('CreateIoBinding', this.session);
  }

  bindInput(binding: Pointer, name: string, tensor: Pointer): void {
    this.ort.call('BindInput', binding, name, tensor);
  }

  bindOutput(binding: Pointer, name: string, tensor: Pointer): void {
    this.ort.call('BindOutput', binding, name, tensor);
  }

  releaseBinding(binding: Pointer): void {
    this.ort.release('ReleaseIoBinding', binding);
  }

  /** Runs off the main thread; one run at a time. */
  run(binding: Pointer): Promise<void> {
    this.ort.call('RunOptionsUnsetTerminate', this.runOptions);
    return this.ort.callAsync('RunWithBinding', this.session, this.runOptions, binding);
  }

  /** Makes a run in progress fail at its next operator. */
  terminate(): void {
    this.ort.call('RunOptionsSetTerminate', this.runOptions);
  }

  dispose(): void {
    this.ort.release('ReleaseRunOptions', this.runOptions);
    this.ort.release('ReleaseSession', this.session);
  }
}

function check(functions: Record<Name, Func>, status: unknown): void {
  if (!status) return;
  const message = String(functions.GetErrorMessage(status));
  functions.ReleaseStatus(status);
  throw new Error(message);
}
