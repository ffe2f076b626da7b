/** A file of undici's package that its types don't tell of: llhttp in WebAssembly. */
declare module 'undici/lib/llhttp/llhttp_simd-wasm.js' {
  const bytes: Buffer;
  export default bytes;
}
