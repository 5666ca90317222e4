import Testing

/// One network of each family against PyTorch, at a reduced input: as `GoldenTests`, and with running statistics and auxiliary heads.
@Suite(.serialized) struct GoldenFamilyTests {
    static let names = [
        "highway-20", "se-resnet20-cifar", "nin-cifar", "mobilenet", "shufflenet", "googlenet", "resnet18",
    ]

    /// On one device alone, since sessions of several take long to make.
    static let large = ["vgg11-bn", "inception-v3", "inception-v3-head", "resnet50", "resnext50-32x4d", "densenet121"]

    @Test(arguments: names + large) func oneDeviceAgreesWithPyTorch(name: String) async throws {
        try await GoldenCheck(name).expectOneDeviceAgrees()
    }

    @Test(arguments: names) func everyModeAgreesWithPyTorch(name: String) async throws {
        try await GoldenCheck(name).expectEveryModeAgrees()
    }

    /// Without those whose sessions take long to make.
    @Test(arguments: names.filter { !["googlenet", "resnet18"].contains($0) }) func modesAgreeWithOneDevice(
        name: String
    ) async throws {
        try await GoldenCheck(name).expectModesAgreeWithOneDevice()
    }
}
