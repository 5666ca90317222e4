import Foundation
import Fuzzing
import Testing

/// Files made to do harm, rather than by chance.
@Suite struct CraftedFilesTests {
    static let settings: [(what: String, text: String)] = [
        ("lists in lists", String(repeating: "[", count: 8000)),
        ("maps in maps", String(repeating: "{a: ", count: 2000)),
        ("lists in lists by dashes", String(repeating: "- ", count: 4000)),
        ("keys of keys", String(repeating: "? ", count: 4000)),
        ("a list of nothing", "milestones: [" + String(repeating: ",", count: 8000) + "]"),
        ("a long list", "mode: [" + String(repeating: "1,", count: 4000) + "]"),
        ("many keys", (0..<1000).map { "k\($0): \n" }.joined()),
        ("a key a thousand times", String(repeating: "k: \n", count: 2000)),
        ("a long word", String(repeating: "w", count: 8000)),
        ("a long value", "mode: " + String(repeating: "w", count: 8000)),
        ("many documents", String(repeating: "---\n", count: 2000)),
        ("tags", String(repeating: "!a ", count: 2500)),
        ("anchors", (0..<700).map { "&a\($0) \($0): \n" }.joined()),
        ("aliases of aliases", "a: &a [x]\n" + (0..<20).map { "b\($0): &b [*a, *a, *a]\n? *b\n: 1\n" }.joined()),
    ]

    @Test(arguments: settings.indices) func settingsThatDoHarm(number: Int) throws {
        let campaign = Campaign(.configuration, seed: 0, folder: "/settings")
        let problem = try campaign.problem(with: Array(Self.settings[number].text.utf8))
        #expect(problem == nil, "\(Self.settings[number].what): \(problem ?? "")")
    }

    /// A frame of 65535 × 65535 pixels with three components, of which 200 bytes follow.
    @Test(arguments: [0xC0, 0xC2] as [UInt8]) func anImageThatPromisesTwelveGigabytes(frame: UInt8) throws {
        let parts: [UInt8] = [1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]
        let bytes: [UInt8] =
            [0xFF, 0xD8, 0xFF, frame, 0, 17, 8, 0xFF, 0xFF, 0xFF, 0xFF, 3] + parts
            + [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0] + [UInt8](repeating: 0x55, count: 200) + [0xFF, 0xD9]
        let campaign = Campaign(.images, seed: 0, folder: "/images")
        #expect(try campaign.problem(with: bytes) == nil)
    }

    static let headers: [(what: String, text: String)] = [
        (
            "many tensors, and a mistake",
            "{" + (0..<9_000).map { "\"\($0)\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,0]}," }.joined()
        ),
        ("many metadata", "{\"__metadata__\":{" + (0..<40_000).map { "\"\($0)\":\"\"," }.joined()),
        ("many axes", "{\"a\":{\"shape\":[" + String(repeating: "1,", count: 250_000)),
        ("deep lists", "{\"a\":" + String(repeating: "[", count: 250_000)),
        ("a long name", "{\"" + String(repeating: "a", count: 520_000) + "\":1}"),
        ("a long name of escapes", "{\"" + String(repeating: "\\u0041", count: 85_000) + "\":1}"),
    ]

    @Test(arguments: headers.indices) func safeTensorsThatDoHarm(number: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzzing-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = Self.headers[number].text
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) }
        let campaign = Campaign(.checkpointFiles, seed: 0, folder: folder.path)
        let problem = try campaign.problem(with: length + text.utf8)
        #expect(problem == nil, "\(Self.headers[number].what): \(problem ?? "")")
    }
}
