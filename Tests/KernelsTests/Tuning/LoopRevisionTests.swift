import Foundation
import Kernels
import Testing

/// Whoever changes a loop says so, or caches keep what was measured of the old one.
@Suite struct LoopRevisionTests {
    /// Of the sources as they are now: to be written down here with a new `LoopRevision.current` when a loop gives other bits or takes
    /// another time, and without one when only words have changed.
    private static let revision = 2
    private static let digest = "e3e47f8078ab2fcb"

    @Test func theLoopsAreThoseOfTheRevision() throws {
        #expect(LoopRevision.current == Self.revision)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
        let loops = try files(root.appendingPathComponent("Sources/CKernels")) { _ in true }
        // By name, so that it is all the same in which folder each lies.
        let kernels = try files(root.appendingPathComponent("Sources/Kernels")) { path in
            let name = path.split(separator: "/").last ?? ""
            return ["BatchInnermost", "Flipped", "ImagePairs", "PoolingLoop", "SpaceToDepth", "Winograd"].contains {
                name.hasPrefix($0)
            }
        }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        #expect(loops.count > 20 && kernels.count > 8)
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in try (loops + kernels).flatMap({ try Data(contentsOf: $0) }) {
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        #expect(
            String(digest, radix: 16) == Self.digest,
            "a kernel's source has changed: raise LoopRevision.current if its bits or its speed have, and write its digest down here"
        )
    }

    private func files(_ folder: URL, _ isWanted: (String) -> Bool) throws -> [URL] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        return names.filter { ($0.hasSuffix(".c") || $0.hasSuffix(".h") || $0.hasSuffix(".swift")) && isWanted($0) }
            .map(folder.appendingPathComponent)
    }
}
