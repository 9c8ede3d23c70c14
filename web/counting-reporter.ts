// Last line of a run as continuous integration reads it: `N passed, N failed`.
import type { Reporter, TestModule } from 'vitest/node'

export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let [passed, failed] = [0, 0]
    for (const module of modules) {
      // A file that cannot be loaded has failed, though no test of it ran.
      if (!module.ok() && [...module.children.allTests('failed')].length === 0) failed += 1
      for (const test of module.children.allTests()) {
        if (test.ok() && test.result().state === 'passed') passed += 1
        else if (test.result().state === 'failed') failed += 1
      }
    }
    console.log(`${passed} passed, ${failed} failed`)
  }
}
