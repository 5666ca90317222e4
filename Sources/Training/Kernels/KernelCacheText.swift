import KernelChoices
import Kernels

/// A kernel cache as text. Its first line says of what; then comes a line for each key, with tabs between
///
///     winograd  0.0042  1  1764049200  standard=0.0612,winograd=0.0401  convolution 3×3, padding 1 of 64 × 256 × 13 × 13, …
///
/// the variant, how far the best rounds were apart, how often it was measured without two that agreed, when, what each took, and the key.
enum KernelCacheText {
    private static func heading(_ platform: ComputePlatform) -> String { "partrain kernels 2\t\(platform)" }

    static func text(_ findings: [String: KernelFinding], of platform: ComputePlatform) -> String {
        let lines = findings.sorted { $0.key < $1.key }.map { key, finding in
            let seconds = finding.seconds.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            return [
                finding.variant, "\(finding.spread)", "\(finding.attempts)", "\(finding.date)", seconds, key,
            ].joined(separator: "\t")
        }
        return ([heading(platform)] + lines).joined(separator: "\n") + "\n"
    }

    /// Lines that are none of ours are passed over, and told: what is not known is measured again.
    static func contents(_ text: String, of platform: ComputePlatform) -> KernelCache.Contents {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first.map(String.init) == heading(platform) else {
            return KernelCache.Contents(damage: "its first line is not that of this program on this processor")
        }
        lines.removeFirst()
        var contents = KernelCache.Contents()
        var strange: [Int] = []
        for (number, line) in lines.enumerated() where !line.isEmpty {
            guard let (key, finding) = finding(line) else {
                strange.append(number + 2)
                continue
            }
            contents.findings[key] = finding
        }
        if text.last != "\n" { strange.append(lines.count + 1) }
        if let first = strange.first { contents.damage = "line \(first) is no choice of a kernel" }
        return contents
    }

    private static func finding(_ line: Substring) -> (String, KernelFinding)? {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 6, let spread = Double(fields[1]), spread >= 0, let attempts = Int(fields[2]), attempts >= 0,
            let date = Int(fields[3]), date >= 0, !fields[5].isEmpty
        else { return nil }
        var seconds: [String: Double] = [:]
        for field in fields[4].split(separator: ",") {
            let parts = field.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let value = Double(parts[1]), value > 0, value.isFinite else { return nil }
            seconds[String(parts[0])] = value
        }
        let variant = String(fields[0])
        guard seconds[variant] != nil else { return nil }
        return (
            String(fields[5]), KernelFinding(variant: variant, seconds: seconds, spread: spread, attempts: attempts, date: date)
        )
    }
}
