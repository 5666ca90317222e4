import Foundation
import KernelChoices
import Kernels
import Testing
import Training

/// What was measured is believed where it still holds, and nowhere else.
@Suite struct KernelCacheTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kernels-" + UUID().uuidString).path

    private func platform(
        processor: String = "A", instructions: String = "avx512", library: String = "oneDNN 2.6.3",
        libraryInstructions: String = "avx512_core", loops: Int = 1
    ) -> ComputePlatform {
        ComputePlatform(
            processor: processor, instructions: instructions, libraryInstructions: libraryInstructions, library: library,
            loops: loops)
    }

    private func cache(_ platform: ComputePlatform? = nil, at date: Int = 1_000_000) -> KernelCache {
        KernelCache(folder: folder, platform: platform ?? self.platform(), now: { date })
    }

    private func decision(_ key: String, _ variant: KernelVariant = .winograd, spread: Double = 0.001) -> KernelDecision {
        KernelDecision(
            layer: "conv", key: key, variant: variant, reason: .measured, seconds: ["standard": 2e-3, "winograd": 1e-3],
            spread: spread)
    }

    @Test func whatIsKeptIsRemembered() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(cache().remembered.isEmpty && cache().damage == nil)
        #expect(cache().keep([decision("one"), decision("two", .standard)]) == nil)
        #expect(cache().keep([decision("three")]) == nil)
        let remembered = cache().remembered
        #expect(Set(remembered.keys) == ["one", "two", "three"])
        #expect(remembered["two"]?.variant == "standard" && remembered["one"]?.seconds == ["standard": 2e-3, "winograd": 1e-3])
        // Too old.
        #expect(cache(at: 1_000_000 + KernelFinding.longestLife + 1).remembered.isEmpty)
    }

    /// Anything that makes it wrong makes it another file.
    @Test func everyPlatformHasItsOwn() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let others = [
            platform(processor: "B"), platform(instructions: "avx2"), platform(library: "oneDNN 3.5.0"),
            platform(libraryInstructions: "avx2"), platform(loops: 2), platform(processor: "A_"), platform(processor: "A/"),
        ]
        #expect(cache().keep([decision("one")]) == nil)
        for other in others { #expect(cache(other).remembered.isEmpty, "\(other)") }
        for (number, other) in others.enumerated() {
            #expect(cache(other).keep([decision("of \(number)")]) == nil)
            #expect(Set(cache(other).remembered.keys) == ["of \(number)"], "\(other)")
        }
        #expect(Set(cache().remembered.keys) == ["one"])
    }

    @Test func aNoisyChoiceIsMeasuredAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for attempt in 1...KernelFinding.mostAttempts {
            #expect(cache().remembered.isEmpty, "attempt \(attempt)")
            #expect(
                cache().keep([decision("one", attempt == 2 ? .winograd : .standard, spread: attempt == 2 ? 0.1 : 0.3)]) == nil)
        }
        // The quietest stands.
        #expect(cache().remembered["one"]?.variant == "winograd")
    }

    /// A damaged file is told of, costs nothing but what it held, and is replaced.
    @Test func damageIsNotFatal() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(cache().keep([decision("one"), decision("two")]) == nil)
        let path = try #require(cache().path)
        let text = try #require(FileManager.default.contents(atPath: path))
        for length in 0..<text.count {
            try text.prefix(length).write(to: URL(fileURLWithPath: path))
            let known = cache().remembered
            #expect(
                known.allSatisfy { ["one", "two"].contains($0.key) && $0.value.variant == "winograd" } || cache().damage != nil)
            // What is cut between two lines has lost only what it held.
            let isBetweenLines = length > 0 && text[text.startIndex + length - 1] == UInt8(ascii: "\n")
            #expect(cache().damage != nil || isBetweenLines, "cut after \(length) bytes")
        }
        for place in stride(from: 0, to: text.count, by: 7) {
            var changed = text
            changed[changed.startIndex + place] ^= 0x15
            try changed.write(to: URL(fileURLWithPath: path))
            _ = (cache().remembered, cache().damage)
        }
        try Data([0xFF, 0xFE, 0, 10]).write(to: URL(fileURLWithPath: path))
        #expect(cache().remembered.isEmpty && cache().damage != nil)
        #expect(cache().keep([decision("three")]) == nil && cache().damage == nil)
        #expect(Set(cache().remembered.keys) == ["three"])
    }

    /// A line whose winner has no time, or whose times are not a name and a number each, is none.
    @Test(arguments: [("=", "=="), ("winograd=", "other="), ("=", "")])
    func aLineThatIsNoneIsDamage(before: String, after: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(cache().keep([decision("one")]) == nil)
        let path = try #require(cache().path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasSuffix("\tone") ? line.replacingOccurrences(of: before, with: after) : String(line)
        }
        let changed = lines.joined(separator: "\n")
        try #require(changed != text)
        try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
        #expect(cache().remembered.isEmpty)
    }

    /// Programs that measure at once keep what each has found, and a reader never sees half a file.
    @Test func nothingIsLostBetweenPrograms() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    #expect(cache().keep([decision("\(number)")]) == nil)
                    #expect(cache().damage == nil)
                }
            }
        }
        #expect(Set(cache().remembered.keys) == Set((0..<40).map(String.init)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
}
