/** The part of the WebAssembly interface that the engine uses; TypeScript ships it only with the browser's library. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }

  class Module {
    private readonly brand;
  }

  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: object;
  }

  function compile(bytes: Uint8Array): Promise<Module>;
}
