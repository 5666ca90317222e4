import CAllocationCounter
import CCrashNote
import Foundation

/// Tries one subject with many cases, and notes whatever it must not do. What it does with a case depends on seed and number alone.
package struct Campaign {
    package let subject: Subject
    package let seed: UInt64
    /// What the subject is told that its bytes come from; where it needs a file, it is written there.
    private let path: String

    package init(_ subject: Subject, seed: UInt64, folder: String) {
        self.subject = subject
        self.seed = seed
        path = folder + "/\(subject.name).case"
    }

    /// What came of a number of cases.
    package struct Tally: Sendable {
        package var accepted = 0
        package var refused = 0
        /// The most that a refused file has cost beyond its own bytes.
        package var largestRefused = 0
        package var findings: [Finding] = []

        package var count: Int { accepted + refused }
    }

    /// Something that a reader must not do.
    package struct Finding: Sendable, CustomStringConvertible {
        package let subject: String
        package let seed: UInt64
        package let number: UInt64
        package let problem: String
        package let bytes: [UInt8]

        package var description: String { "\(subject), seed \(seed), case \(number), \(bytes.count) bytes: \(problem)" }
    }

    /// The bytes of case `number`.
    package func bytes(of number: UInt64) -> [UInt8] {
        var random = CaseRandom(seed: seed, subject: "\(subject.name)", number: number)
        let bytes = Mutator(corpus: subject.corpus, words: subject.words).mutated(&random)
        guard let repair = subject.repair, random.chance(of: 2) else { return bytes }
        return repair(bytes)
    }

    /// Runs the cases `numbers`, until `findingLimit` have been found. Throws where the file for a case cannot be written.
    package func run(_ numbers: Range<UInt64>, findingLimit: Int = 5) throws -> Tally {
        var tally = Tally()
        for number in numbers where tally.findings.count < findingLimit {
            let bytes = bytes(of: number)
            if let problem = try attempt(bytes, number: number, &tally) {
                tally.findings.append(
                    Finding(subject: "\(subject.name)", seed: seed, number: number, problem: problem, bytes: bytes))
            }
        }
        return tally
    }

    /// What is wrong with how the reader refuses `bytes`; nil where it reads them, or refuses them as it should.
    package func problem(with bytes: [UInt8]) throws -> String? {
        var tally = Tally()
        return try attempt(bytes, number: 0, &tally)
    }

    /// Reads one case; what was wrong with how it was read.
    private func attempt(_ bytes: [UInt8], number: UInt64, _ tally: inout Tally) throws -> String? {
        if subject.needsFile { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
        let (failure, cost) = bytes.withUnsafeBytes { buffer -> ((any Error)?, Int) in
            ccrashnote_begin(
                UnsafeRawPointer(subject.name.utf8Start).assumingMemoryBound(to: CChar.self), number, buffer.baseAddress,
                buffer.count)
            defer { ccrashnote_end() }
            let before = callocationcounter_live_bytes()
            callocationcounter_restart_peak()
            var failure: (any Error)?
            do { try subject.read(buffer, path) } catch { failure = error }
            return (failure, Int(callocationcounter_peak_bytes() - before))
        }
        guard let failure else {
            tally.accepted += 1
            return nil
        }
        tally.refused += 1
        tally.largestRefused = max(tally.largestRefused, cost - bytes.count)
        let message = "\(failure)"
        guard message.contains(path) else { return "the message does not name the file: \(message)" }
        guard Place.isNamed(in: message.replacing(path, with: "")) else { return "the message names no place: \(message)" }
        let allowed = bytes.count + subject.allowance(bytes)
        guard cost <= allowed else { return "refused, but took \(cost) bytes of memory, more than \(allowed): \(message)" }
        return nil
    }
}

/// Where in a file something is wrong, as messages say it.
enum Place {
    private static let words = ["byte", "line"]
    /// What a checkpoint carries by name; a checksum that does not hold says of no byte that it is wrong.
    private static let parts = ["SHA-256", "its step", "checkpoint of format"]

    /// Whether `message` has a word for a place and a number after it, or names a part.
    static func isNamed(in message: String) -> Bool {
        parts.contains { message.contains($0) }
            || words.contains { word in
                message.ranges(of: word + " ").contains { message[$0.upperBound...].first?.isNumber == true }
            }
    }
}
