import ArgumentParser
import CAllocationCounter
import CCrashNote
import Foundation
import Fuzzing

/// Reads as many bad files as one likes: none may crash the reader, cost it more memory than it promises, or go without a message that
/// names the file and the place.
@main struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Holds every reader of files to bad ones.",
        discussion: "Exit status: 0 no harm, 1 something was found (its bytes are kept), by a signal where a reader crashed.")

    @Option(help: "Cases, over all readers together; three in four are headers of IDX and safetensors files.")
    var count: UInt64 = 1_200_000

    @Option(help: "What the cases follow from.")
    var seed: UInt64 = 1

    @Option(help: "Only this reader: \(Subject.all.map { "\($0.subject.name)" }.joined(separator: ", ")).")
    var only: String?

    @Option(name: .customLong("case"), help: "Only the case of this number; its bytes are kept.")
    var number: UInt64?

    @Option(help: "Where bytes are kept.")
    var output = "fuzz-findings"

    func run() throws {
        let chosen = Subject.all.filter { only == nil || "\($0.subject.name)" == only }
        guard !chosen.isEmpty else { throw ValidationError("there is no reader \(only ?? ""); --help lists them") }
        if !callocationcounter_counts() { print("memory is not counted here: another allocator is in place") }
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        ccrashnote_install(output + "/crash.case", 20)
        let shares = chosen.reduce(0) { $0 + $1.share }
        var (cases, harm) = (0, 0)
        for (subject, share) in chosen {
            let campaign = Campaign(subject, seed: seed, folder: output)
            let numbers = number.map { $0..<$0 + 1 } ?? 0..<count * UInt64(share) / UInt64(shares)
            let clock = ContinuousClock()
            let began = clock.now
            let tally = try campaign.run(numbers)
            let seconds = (clock.now - began) / .seconds(1)
            cases += tally.count
            harm += tally.findings.count
            print(
                "\(subject.name): \(tally.count) cases, \(tally.refused) refused, \(tally.accepted) read; "
                    + "a refusal took at most \(tally.largestRefused) bytes beyond its file; \(Int(seconds)) s")
            for finding in tally.findings { print("  found: \(finding)\n  kept: \(try keep(finding.bytes, of: finding))") }
            if let number { print("  kept: \(try keep(campaign.bytes(of: number), named: "\(subject.name)-\(seed)-\(number)"))") }
        }
        print("\(cases) cases, \(harm) found")
        if harm > 0 { throw ExitCode.failure }
    }

    private func keep(_ bytes: [UInt8], of finding: Campaign.Finding) throws -> String {
        try keep(bytes, named: "\(finding.subject)-\(finding.seed)-\(finding.number)")
    }

    private func keep(_ bytes: [UInt8], named name: String) throws -> String {
        let path = "\(output)/\(name).bin"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}
