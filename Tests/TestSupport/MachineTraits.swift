import Devices
import KernelChoices
import Kernels
package import Testing
import Topology

extension Trait where Self == ConditionTrait {
    /// Skips, and says so, where there are fewer cores: for what two threads do at one time. Lanes need none of their own in a test, as
    /// `SessionHarness` lets them share.
    package static func needsCores(_ count: Int) -> Self {
        .enabled("this needs \(count) usable cores") { try Machine.discover().usableThreadCount >= count }
    }

    /// Skips, and says so, where a lane cannot be kept on its core because the system refuses to pin threads.
    package static var needsPinning: Self {
        .enabled("this system refuses to pin threads to cores") {
            let machine = try Machine.discover()
            let group = try DeviceGroup(machine, try CoreAssignment(on: machine, devices: 1))
            defer { group.shutdown() }
            return group.bindings.allSatisfy(\.isPinned)
        }
    }

    /// Skips, and says so, where the processor does not multiply in bfloat16.
    package static var needsBFloat16: Self {
        .enabled("this processor has no instructions for bfloat16") { Precision.bf16.isSupported }
    }
}
