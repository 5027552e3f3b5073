// swift-tools-version: 6.1
import PackageDescription

// A package of its own, without dependencies, so that it builds in seconds. Its library targets are links to the product's
// sources: what is measured is what is shipped, `package` access included.
let package = Package(
    name: "dami-numbers",
    targets: [
        .target(name: "CKernels"),
        .target(name: "Shop"),
        .target(name: "Features", dependencies: ["Shop", "CKernels"]),
        .target(name: "Embedding", dependencies: ["Shop", "Features", "CKernels"]),
        .target(name: "WideDeep", dependencies: ["Shop", "Features", "Embedding", "CKernels"]),
        .executableTarget(name: "bench", dependencies: ["Shop", "Features", "Embedding", "WideDeep", "CKernels"]),
    ]
)
