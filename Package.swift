// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "dami",
    defaultLocalization: "en",
    products: [
        .executable(name: "dami", targets: ["dami"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C: kernels, and the system libraries' module maps.
        .target(name: "CKernels"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CEditLibrary", providers: [.apt(["libedit-dev"])]),
        .target(name: "CEdit", dependencies: ["CEditLibrary"]),
        // The bundled grammars of Understanding, as bytes.
        .target(name: "CGrammars"),

        // The way of a row: logs -> shop -> features -> model.
        .target(name: "Shop"),
        .target(name: "Report"),
        .target(name: "PurchaseLog", dependencies: ["Shop", "CZlib"]),
        .target(
            name: "ShopStore",
            dependencies: [
                "Shop", "PurchaseLog", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(name: "Features", dependencies: ["Shop", "CKernels"]),
        .target(name: "Embedding", dependencies: ["Shop", "Features", "CKernels"]),
        .target(name: "WideDeep", dependencies: ["Shop", "Features", "Embedding", "CKernels"]),
        .target(name: "Recommender", dependencies: ["Shop", "Features", "Embedding", "WideDeep", "CKernels"]),
        .target(
            name: "Evaluation",
            dependencies: ["Shop", "Report", "Features", "Embedding", "WideDeep", "Recommender", "CKernels"]),
        .target(
            name: "Customers",
            dependencies: [
                "Shop", "ShopStore", "Recommender", "Features", "Dialogue", "Understanding", "Report",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HeapModule", package: "swift-collections"),
            ]),

        // The way of a line: text -> acts -> reply.
        .target(
            name: "Understanding",
            dependencies: ["Shop", "CGrammars", .product(name: "Yams", package: "Yams")],
            exclude: ["Resources"]),
        .target(
            name: "Dialogue",
            dependencies: [
                "Shop", "Understanding", "Features", "Recommender",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]),
        .target(name: "Terminal", dependencies: ["Dialogue", "Understanding", "Shop", "CEdit"]),
        .target(
            name: "LineServer",
            dependencies: [
                "Dialogue", "Understanding", "Shop", "ShopStore", "Features", "Recommender",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        .executableTarget(
            name: "dami",
            dependencies: [
                "Shop", "PurchaseLog", "ShopStore", "Features", "Embedding", "WideDeep", "Recommender", "Evaluation",
                "Customers", "Understanding", "Dialogue", "Terminal", "LineServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // Tests mirror the sources; TestSupport holds the seeded generators that they share.
        .target(name: "TestSupport", dependencies: ["Shop"], path: "Tests/TestSupport"),
        .testTarget(name: "ShopTests", dependencies: ["Shop", "TestSupport"]),
        .testTarget(name: "PurchaseLogTests", dependencies: ["PurchaseLog", "CZlib", "TestSupport"]),
        .testTarget(name: "ShopStoreTests", dependencies: ["ShopStore", "PurchaseLog", "TestSupport"]),
        .testTarget(name: "FeaturesTests", dependencies: ["Features", "TestSupport"]),
        .testTarget(name: "EmbeddingTests", dependencies: ["Embedding", "TestSupport"]),
        .testTarget(name: "WideDeepTests", dependencies: ["WideDeep", "CKernels", "TestSupport"]),
        .testTarget(name: "RecommenderTests", dependencies: ["Recommender", "WideDeep", "Features", "TestSupport"]),
        .testTarget(name: "ReportTests", dependencies: ["Report"]),
        .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"]),
        .testTarget(
            name: "CustomersTests",
            dependencies: ["Customers", "ShopStore", "Dialogue", "Recommender", "Understanding", "TestSupport"]),
        .testTarget(name: "UnderstandingTests", dependencies: ["Understanding", "TestSupport"]),
        .testTarget(name: "DialogueTests", dependencies: ["Dialogue", "Recommender", "TestSupport"]),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "CEdit", "TestSupport"]),
        .testTarget(
            name: "LineServerTests",
            dependencies: [
                "LineServer", "ShopStore", "PurchaseLog", "TestSupport",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(
            name: "damiTests",
            dependencies: [
                "dami", "Dialogue", "LineServer", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ]),
    ]
)
