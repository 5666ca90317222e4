// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is held to: strict concurrency (language mode 6), imports that stay private unless said
/// otherwise, async functions that stay with their caller (a device's helper must not leave its core), no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "partrain",
    products: [
        .library(
            name: "Partrain",
            targets: [
                "Partrain", "Topology", "Devices", "Rooflines", "Tensors", "TextLayout", "Graphs", "Networks", "ReferenceKernels",
                "Parallelism", "KernelChoices", "Kernels",
                "Planning", "Sessions", "ModelZoo", "ImageFiles", "SyntheticScenes", "Datasets", "Checkpoints", "Training",
                "Evaluation", "Profiling",
                "Verification",
                "JSONText", "Configuration",
            ]),
        .executable(name: "partrain", targets: ["partrain"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        .target(name: "CHwloc", linkerSettings: [.linkedLibrary("hwloc")]),
        .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .target(
            name: "CImageCodecs",
            linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp"), .linkedLibrary("z")]),
        .target(name: "CDigest", linkerSettings: [.linkedLibrary("crypto")]),

        .target(name: "Locks", swiftSettings: strict),
        .target(name: "Topology", dependencies: ["CHwloc", "Locks"], swiftSettings: strict),
        .target(name: "CThreads"),
        .target(name: "Devices", dependencies: ["Topology", "Locks", "CThreads"], swiftSettings: strict),
        .target(name: "CRoofline"),
        .target(name: "CKernels"),
        .target(name: "Rooflines", dependencies: ["Devices", "Topology", "CRoofline"], swiftSettings: strict),
        .target(name: "Tensors", swiftSettings: strict),
        .target(name: "TextLayout", swiftSettings: strict),
        .target(name: "JSONText", swiftSettings: strict),
        .target(name: "Graphs", dependencies: ["Tensors"], swiftSettings: strict),
        .target(name: "Networks", dependencies: ["Graphs", "Tensors", "TextLayout"], swiftSettings: strict),
        .target(name: "ReferenceKernels", dependencies: ["Networks", "Tensors"], swiftSettings: strict),
        .target(name: "Parallelism", dependencies: ["Networks", "Tensors", "TextLayout"], swiftSettings: strict),
        .target(name: "Layouts", swiftSettings: strict),
        .target(name: "KernelChoices", dependencies: ["Layouts", "Networks", "Tensors"], swiftSettings: strict),
        .target(
            name: "Planning", dependencies: ["KernelChoices", "Layouts", "Parallelism", "Networks", "Tensors", "TextLayout"],
            swiftSettings: strict),
        .target(
            name: "OneDNN", dependencies: ["Layouts", "Topology", "COneDNN", "CKernels", "CThreads"], swiftSettings: strict),
        .target(
            name: "Kernels",
            dependencies: ["KernelChoices", "Layouts", "OneDNN", "Networks", "Tensors", "Devices", "Topology", "CKernels"],
            swiftSettings: strict),
        .target(
            name: "Sessions",
            dependencies: [
                "Planning", "Kernels", "KernelChoices", "Layouts", "OneDNN", "Parallelism", "Networks", "Tensors", "Devices",
                "Topology", "Locks", "CKernels",
            ],
            swiftSettings: strict),
        .target(name: "ModelZoo", dependencies: ["Networks", "Tensors"], swiftSettings: strict),
        .target(name: "ImageFiles", dependencies: ["CImageCodecs"], swiftSettings: strict),
        .target(name: "SyntheticScenes", dependencies: ["Tensors"], swiftSettings: strict),
        .target(
            name: "Datasets", dependencies: ["SyntheticScenes", "ImageFiles", "Tensors", "Locks"], swiftSettings: strict),
        .target(name: "Checkpoints", dependencies: ["Tensors", "JSONText", "Locks", "CDigest"], swiftSettings: strict),
        .target(
            name: "Configuration",
            dependencies: [
                "KernelChoices", "Parallelism", "Networks", "Tensors", "Topology", "TextLayout", "ModelZoo",
                "ImageFiles",
                "Datasets", "JSONText",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: [
                "Sessions", "Planning", "KernelChoices", "Kernels", "Parallelism", "Networks", "Tensors", "Devices", "Topology",
                "Locks",
                "TextLayout", "ModelZoo", "ImageFiles", "Datasets", "Checkpoints", "Configuration", "JSONText",
            ],
            swiftSettings: strict),
        .target(
            name: "Evaluation", dependencies: ["Training", "Configuration", "Datasets", "JSONText", "Tensors", "Topology"],
            swiftSettings: strict),
        .target(
            name: "Profiling",
            dependencies: [
                "Training", "Sessions", "Planning", "KernelChoices", "Kernels", "Parallelism", "Networks", "Tensors", "Devices",
                "Topology",
                "Rooflines", "Datasets", "Configuration", "JSONText",
            ],
            swiftSettings: strict),
        .target(
            name: "Verification",
            dependencies: [
                "Training", "Configuration", "JSONText", "Sessions", "Planning", "KernelChoices", "Parallelism",
                "Networks", "Tensors",
                "Devices", "Topology",
                "Datasets",
            ],
            swiftSettings: strict),
        // What a user's program imports.
        .target(
            name: "Partrain",
            dependencies: [
                "Topology", "Devices", "Rooflines", "Tensors", "TextLayout", "Networks", "ReferenceKernels", "Parallelism",
                "Sessions", "Planning",
                "KernelChoices", "Kernels", "ModelZoo", "ImageFiles", "SyntheticScenes", "Datasets", "Checkpoints", "Training",
                "Evaluation", "Profiling",
                "Verification",
                "JSONText",
                "Configuration",
            ],
            path: "Sources/Library", swiftSettings: strict),
        .executableTarget(
            name: "partrain",
            dependencies: [
                "Verification", "Evaluation", "Profiling", "Rooflines", "Training", "Sessions", "Planning", "KernelChoices",
                "Kernels",
                "Parallelism",
                "Networks", "Devices", "Topology", "ModelZoo", "ImageFiles", "Datasets", "Checkpoints", "TextLayout",
                "Configuration",
                "JSONText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .testTarget(name: "TextLayoutTests", dependencies: ["TextLayout"], swiftSettings: strict),
        .testTarget(name: "TopologyTests", dependencies: ["Topology"], swiftSettings: strict),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(
            name: "DevicesTests", dependencies: ["Devices", "Topology", "Locks", "CAllocationCounter"], swiftSettings: strict),
        .testTarget(name: "RooflinesTests", dependencies: ["Rooflines", "Topology", "CRoofline"], swiftSettings: strict),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: strict),
        .testTarget(
            name: "NetworksTests", dependencies: ["Networks", "Tensors", "ReferenceKernels"],
            exclude: ["UpdateRules/optimizers.json"], swiftSettings: strict),
        .testTarget(
            name: "ParallelismTests", dependencies: ["Parallelism", "Networks", "Tensors", "ModelZoo"], swiftSettings: strict),
        // What the tests of several targets share.
        .target(
            name: "TestSupport",
            dependencies: [
                "Sessions", "KernelChoices", "Kernels", "Layouts", "OneDNN", "Parallelism", "Networks", "Tensors", "Devices",
                "Topology", "ReferenceKernels",
                "ModelZoo", "ImageFiles", "CImageWriters",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "LayoutsTests", dependencies: ["Layouts", "Tensors"], swiftSettings: strict),
        .testTarget(name: "KernelChoicesTests", dependencies: ["KernelChoices", "Tensors"], swiftSettings: strict),
        // What a plan is without a library to compute it: none of these needs C.
        .testTarget(
            name: "PlanningTests",
            dependencies: ["Planning", "KernelChoices", "Layouts", "Parallelism", "Networks", "Tensors"],
            swiftSettings: strict),
        .testTarget(
            name: "OneDNNTests", dependencies: ["OneDNN", "Layouts", "Tensors", "Locks", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "KernelsTests",
            dependencies: [
                "KernelChoices", "Kernels", "Layouts", "OneDNN", "Planning", "Sessions", "Parallelism", "Networks", "Tensors",
                "Topology", "ReferenceKernels",
                "ModelZoo", "CKernels", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SessionsTests",
            dependencies: [
                "Sessions", "Planning", "KernelChoices", "Kernels", "OneDNN", "Parallelism", "Networks", "Tensors", "Devices",
                "Topology", "Locks", "ReferenceKernels", "ModelZoo", "CAllocationCounter", "TestSupport",
            ],
            resources: [.copy("Golden")], swiftSettings: strict),
        .testTarget(name: "ModelZooTests", dependencies: ["ModelZoo", "Networks", "Tensors"], swiftSettings: strict),
        .testTarget(
            name: "ImageFilesTests", dependencies: ["ImageFiles", "Tensors", "CImageWriters", "Fuzzing", "TestSupport"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "SyntheticScenes", "ImageFiles", "Tensors", "CImageCodecs", "Fuzzing", "TestSupport"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText"], swiftSettings: strict),
        .testTarget(
            name: "CheckpointsTests", dependencies: ["Checkpoints", "Tensors", "Locks", "JSONText"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: ["Configuration", "Parallelism", "Networks", "Topology", "ImageFiles", "Datasets", "JSONText"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "Sessions", "Planning", "KernelChoices", "Kernels", "Parallelism", "Networks", "Tensors", "Devices",
                "Topology",
                "TextLayout", "ModelZoo", "ImageFiles", "Datasets", "Checkpoints", "ReferenceKernels", "CImageWriters",
                "Configuration", "JSONText",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EvaluationTests",
            dependencies: ["Evaluation", "Training", "Configuration", "Checkpoints", "Datasets", "Topology"],
            swiftSettings: strict),
        .testTarget(
            name: "VerificationTests", dependencies: ["Verification", "Training", "Parallelism", "Tensors", "Topology"],
            swiftSettings: strict),

        // Bad files for every reader: as a portion in the tests, as many as one likes with the program `fuzz`.
        .target(name: "CCrashNote", path: "Tests/CCrashNote"),
        .target(
            name: "CImageWriters", path: "Tests/CImageWriters",
            linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("z")]),
        .target(
            name: "Fuzzing",
            dependencies: [
                "ImageFiles", "Datasets", "Configuration", "Checkpoints", "CImageCodecs", "CImageWriters", "CAllocationCounter",
                "CCrashNote",
            ],
            path: "Tests/Fuzzing", swiftSettings: strict),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Fuzzing", "CAllocationCounter", "CCrashNote",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/fuzz", swiftSettings: strict),
        // Images as partrain sees them, for Scripts/image-corpus to hold to Pillow's.
        .executableTarget(
            name: "decode", dependencies: ["ImageFiles", "CImageWriters"], path: "Tests/decode", swiftSettings: strict),
        .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing"], swiftSettings: strict),

        .testTarget(
            name: "ProfilingTests",
            dependencies: [
                "Profiling", "Training", "Sessions", "Planning", "KernelChoices", "Kernels", "Parallelism", "Networks", "Devices",
                "Topology",
                "Rooflines", "ModelZoo", "partrain", "Configuration", "JSONText",
            ],
            swiftSettings: strict),
        .testTarget(name: "LibraryTests", dependencies: ["Partrain"], swiftSettings: strict),
        .target(name: "CTerminals", path: "Tests/CTerminals"),
        .testTarget(
            name: "partrainTests",
            dependencies: [
                "partrain", "Checkpoints", "Kernels", "Tensors", "Topology", "CImageWriters", "CTerminals", "Configuration",
                "Fuzzing",
            ],
            exclude: ["Checkpoints"], swiftSettings: strict),
    ]
)
