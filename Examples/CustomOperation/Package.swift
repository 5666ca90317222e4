// swift-tools-version: 6.2
import PackageDescription

/// An operation, a layer and a data set that partrain has not, in a package of their own.
let package = Package(
    name: "custom-operation",
    dependencies: [.package(name: "partrain", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomOperation", dependencies: [.product(name: "Partrain", package: "partrain")], path: "Sources",
            // As strict as partrain itself; a package may do with less.
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
