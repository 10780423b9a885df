/** A page whose content security policy lacks `wasm-unsafe-eval` refuses like this. */
Reflect.set(WebAssembly, 'Module', function () {
  throw new WebAssembly.CompileError('compilation is disallowed');
});
