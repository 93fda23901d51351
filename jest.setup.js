const fc = require('fast-check');

// What may land is not to depend on dice: where "CI" is set, all runs try the same examples.
if (process.env.CI) {
  fc.configureGlobal({ seed: 1 });
}
