import Kernels

/// Where a run was computed, among a checkpoint's metadata.
enum PlatformRecord {
    private static let prefix = "platform."

    static func entries(_ platform: ComputePlatform) -> [String: String] {
        [
            prefix + "processor": platform.processor, prefix + "instructions": platform.instructions,
            prefix + "library_instructions": platform.libraryInstructions, prefix + "library": platform.library,
            prefix + "loops": "\(platform.loops)",
        ]
    }

    /// Nil where the checkpoint does not say.
    static func platform(_ metadata: [String: String]) -> ComputePlatform? {
        guard let processor = metadata[prefix + "processor"], let instructions = metadata[prefix + "instructions"],
            let libraryInstructions = metadata[prefix + "library_instructions"], let library = metadata[prefix + "library"],
            let loops = metadata[prefix + "loops"].flatMap({ Int($0) })
        else { return nil }
        return ComputePlatform(
            processor: processor, instructions: instructions, libraryInstructions: libraryInstructions, library: library,
            loops: loops)
    }
}

extension ComputePlatform {
    /// What departs, and what that does, where a run that was computed on `before` goes on here; nil where nothing does.
    func departure(from before: ComputePlatform) -> String? {
        func changed(_ name: String, _ before: String, _ now: String) -> String? {
            before == now ? nil : "\(name) \(before), now \(now)"
        }
        let deciding = [
            changed("instructions", before.instructions, instructions),
            changed("the library's instructions", before.libraryInstructions, libraryInstructions),
            changed("library", before.library, library),
            changed("revision of partrain's loops", "\(before.loops)", "\(loops)"),
        ].compactMap(\.self)
        let all = [changed("processor", before.processor, processor)].compactMap(\.self) + deciding
        guard !all.isEmpty else { return nil }
        let consequence =
            deciding.isEmpty
            ? "the kernels recorded with it are kept, and its bits stay those of the undisturbed run"
            : "the kernels recorded with it are kept where they exist here, but the last bits of its weights may not be those of the "
                + "undisturbed run"
        return "the run was computed elsewhere (\(all.joined(separator: "; "))): \(consequence)"
    }
}
