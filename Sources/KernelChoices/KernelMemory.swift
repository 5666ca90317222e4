/// The memory of one kernel: addresses that stay for the life of the plan, multiples of 64 bytes.
package struct KernelMemory {
    package let stream: any KernelStream
    package let inputs: [UnsafeMutableRawPointer]
    package let outputs: [UnsafeMutableRawPointer]
    /// At least `scratchpadBytes`; shared with the lane's other kernels.
    package let scratchpad: UnsafeMutableRawPointer

    package init(
        stream: any KernelStream, inputs: [UnsafeMutableRawPointer], outputs: [UnsafeMutableRawPointer],
        scratchpad: UnsafeMutableRawPointer
    ) {
        self.stream = stream
        self.inputs = inputs
        self.outputs = outputs
        self.scratchpad = scratchpad
    }
}
