// For `node --import`: sources run in a process of their own as they do under Vitest, decorators included, which Node's
// own type stripping leaves out. Nothing is built or written, so whoever builds at the same time is not in the way.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const workspace = new URL('../../../../', import.meta.url);
const { config } = ts.readConfigFile(fileURLToPath(new URL('tsconfig.base.json', workspace)), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, fileURLToPath(workspace));
const compilerOptions = {
  ...options,
  // Files are compiled one by one, and stay where they are.
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  rewriteRelativeImportExtensions: false,
  inlineSourceMap: true,
  sourceMap: false,
};

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const fileName = fileURLToPath(url);
    const { outputText } = ts.transpileModule(readFileSync(fileName, 'utf8'), { compilerOptions, fileName });
    return { format: 'module', source: outputText, shortCircuit: true };
  },
});
