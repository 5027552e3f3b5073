import TestSupport

/// The seed of tests that try many random inputs.
enum SystemSeed {
    static var generator: SplitMix { SplitMix(state: 7447) }
}
