'use strict';
// Turns TypeScript into JavaScript for jest. Types are checked by `npm run typecheck`; here they would only cost time.
const { transformSync } = require('esbuild');

module.exports = {
  process(text, file) {
    return transformSync(text, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      sourcefile: file,
      sourcemap: true,
      sourcesContent: false,
    });
  },
};
