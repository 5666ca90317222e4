import Glibc
import OneDNN
import Topology

/// What the bits of a result depend on beside the run itself: whose instructions compute it, and whose loops.
///
/// With equal instructions, library and loops, and equal kernels, equal runs give equal bits, whatever the processor is called. Which
/// kernels are the fastest depends on all of it.
public struct ComputePlatform: Sendable, Hashable, CustomStringConvertible {
    /// By name or by its maker's numbers, such as `AMD EPYC 9B45, family 26 model 17 stepping 1`.
    public let processor: String
    /// What our loops use: `avx512`, `avx2` or `portable`.
    public let instructions: String
    /// What the library uses at most, in its own words, such as `avx512_core_bf16`.
    public let libraryInstructions: String
    /// Such as `oneDNN 2.6.3`.
    public let library: String
    /// Which of our own loops: goes up whenever one of them gives other bits or takes another time.
    public let loops: Int

    public init(processor: String, instructions: String, libraryInstructions: String, library: String, loops: Int) {
        self.processor = processor
        self.instructions = instructions
        self.libraryInstructions = libraryInstructions
        self.library = library
        self.loops = loops
    }

    /// Of this process: it cannot change while it runs.
    public static let current: ComputePlatform = {
        InstructionSet.libraryIsLimited
        let cpuinfo = SystemText.contents("/proc/cpuinfo") ?? ""
        return ComputePlatform(
            processor: ProcessorIdentity.name(
                cpuinfo: cpuinfo,
                registers: SystemText.contents("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1")),
            instructions: "\(InstructionSet.best)",
            libraryInstructions: ProcessorIdentity.libraryInstructions(
                named: Engine.instructions, cpuinfo: cpuinfo),
            library: "oneDNN \(Engine.libraryVersion)", loops: LoopRevision.current)
    }()

    /// What the environment's `PARTRAIN_MAX_ISA` says where it names no set of instructions; nil where it does, or is not there.
    public static var unknownLimit: String? {
        InstructionSet.limitIsUnknown ? getenv("PARTRAIN_MAX_ISA").map { String(cString: $0) } : nil
    }

    /// All of it in a line.
    public var description: String {
        "\(processor); loops \(loops) in \(instructions); \(library) in \(libraryInstructions)"
    }
}
