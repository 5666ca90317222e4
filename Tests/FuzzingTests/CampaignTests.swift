import Foundation
import Fuzzing
import Testing

/// A seeded portion of what `Scripts/fuzz` runs a million of.
@Suite struct CampaignTests {
    /// Cases in a hundredth of the whole.
    private static let part: UInt64 = 60

    @Test(arguments: Subject.all.indices) func badFilesDoNoHarm(number: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzzing-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (subject, share) = Subject.all[number]
        let campaign = Campaign(subject, seed: 1, folder: folder.path)
        let tally = try campaign.run(0..<UInt64(share) * Self.part)
        for finding in tally.findings { Issue.record("\(finding)") }
        #expect(tally.refused > 0 && tally.accepted > 0, "\(tally.accepted) accepted, \(tally.refused) refused")
    }

    @Test func aCaseDependsOnItsSeedAndNumberAlone() {
        let campaign = Campaign(.images, seed: 7, folder: "/a")
        let again = Campaign(.images, seed: 7, folder: "/b")
        #expect((0..<50).map { campaign.bytes(of: $0) } == (0..<50).reversed().map { again.bytes(of: $0) }.reversed())
        #expect(campaign.bytes(of: 3) != Campaign(.images, seed: 8, folder: "/a").bytes(of: 3))
    }
}
