// swift-tools-version: 6.2
import PackageDescription

/// The same rules as the package that is measured.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let partrain = Target.Dependency.product(name: "Partrain", package: "partrain")

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "partrain", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        // Its malloc and retain counters replace functions of the C library and of the runtime, which costs what is measured.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        // What the benchmarks have in common: a network on devices, fed from memory, and a clock around its steps.
        .target(name: "Measurement", dependencies: [partrain], swiftSettings: strict),
        .executableTarget(
            name: "scaling",
            dependencies: ["Measurement", partrain, .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        .executableTarget(
            name: "step",
            dependencies: ["Measurement", partrain, .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        // Where package-benchmark looks for its benchmarks: in folders right below one named Benchmarks.
        .executableTarget(
            name: "TrainingStep",
            dependencies: ["Measurement", partrain, .product(name: "Benchmark", package: "benchmark")],
            path: "TrainingStep",
            // Without strict's rule for imports: the entry that the plugin writes beside these sources is not made for it.
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
