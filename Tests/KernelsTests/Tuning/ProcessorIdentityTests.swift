import Kernels
import Testing

/// No two kinds of processor have one name, whatever the system shows of them.
@Suite struct ProcessorIdentityTests {
    private static func arm(_ part: String, revision: Int = 1, implementer: String = "0x41") -> String {
        "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd sve bf16\nCPU implementer\t: \(implementer)\nCPU architecture: 8\n"
            + "CPU variant\t: 0x1\nCPU part\t: \(part)\nCPU revision\t: \(revision)\n"
    }

    @Test func armProcessorsAreToldApart() {
        let texts = [
            Self.arm("0xd40"), Self.arm("0xd0c"), Self.arm("0xd40", revision: 2), Self.arm("0xd40", implementer: "0xc0"),
            Self.arm("0xd40") + "\n" + Self.arm("0xd0c"), "",
        ]
        let names = texts.map { ProcessorIdentity.name(cpuinfo: $0) }
        #expect(Set(names).count == texts.count, "\(names)")
        #expect(names[0] == "implementer 0x41 part 0xd40 variant 0x1 revision 1")
        // However the cores are numbered.
        #expect(ProcessorIdentity.name(cpuinfo: Self.arm("0xd0c") + "\n" + Self.arm("0xd40")) == names[4])
        #expect(ProcessorIdentity.name(cpuinfo: "", registers: "0x00000000411fd401\n") == "MIDR 0x00000000411fd401")
    }

    /// Where the library keeps silent, those features of the processor count that it has kernels for, and no others.
    @Test func theLibrarysInstructionsAreNamed() {
        func instructions(_ cpuinfo: String, named name: String = "") -> String {
            ProcessorIdentity.libraryInstructions(named: name, cpuinfo: cpuinfo)
        }
        #expect(instructions(Self.arm("0xd40")) == "asimd+sve+bf16")
        #expect(instructions("Features\t: fp\n") == "unknown" && instructions("flags\t: asimd\n") == "unknown")
        #expect(instructions(Self.arm("0xd40"), named: "avx2") == "avx2")
    }

    @Test func namesThatHideHalfHaveNumbers() {
        func x86(_ family: Int, _ model: Int) -> String {
            "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: \(family)\nmodel\t\t: \(model)\nmodel name\t: AMD  EPYC\n"
                + "stepping\t: 1\n\nprocessor\t: 1\nmodel name\t: AMD EPYC\n"
        }
        #expect(ProcessorIdentity.name(cpuinfo: x86(25, 17)) == "AMD EPYC, family 25 model 17 stepping 1")
        #expect(ProcessorIdentity.name(cpuinfo: x86(26, 2)) != ProcessorIdentity.name(cpuinfo: x86(25, 17)))
    }
}
