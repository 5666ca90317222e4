import Networks
import Testing

@Suite struct WindowGeometryTests {
    /// PyTorch's nn.Conv2d and nn.MaxPool2d for these arguments: extent, kernel, stride, padding, dilation, output.
    @Test(
        arguments: [
            (227, 11, 4, 0, 1, 55), (55, 3, 2, 0, 1, 27), (27, 5, 1, 2, 1, 27), (224, 7, 2, 3, 1, 112), (7, 3, 2, 1, 2, 3),
            (6, 3, 2, 0, 1, 2), (1, 1, 1, 0, 1, 1), (1, 3, 1, 1, 1, 1), (5, 5, 7, 0, 1, 1),
        ])
    func roundsDownAsPyTorchDoes(extent: Int, kernel: Int, stride: Int, padding: Int, dilation: Int, output: Int) throws {
        let window = try WindowGeometry(kernel: kernel, stride: stride, padding: padding, dilation: dilation, operation: "test")
        #expect(try window.outputExtents(for: [extent, extent], operation: "test") == [output, output])
    }

    /// PyTorch's nn.MaxPool2d with ceil_mode=True: extent, kernel, stride, padding, output.
    @Test(
        arguments: [
            (55, 3, 2, 0, 27), (6, 3, 2, 0, 3), (112, 3, 2, 0, 56), (5, 2, 2, 0, 3), (4, 2, 2, 0, 2), (5, 2, 2, 1, 3),
            (3, 1, 2, 0, 2), (4, 1, 2, 0, 2), (4, 2, 3, 0, 2), (3, 2, 3, 0, 1), (5, 3, 3, 1, 2), (7, 3, 3, 1, 3), (2, 2, 2, 1, 2),
        ])
    func roundsUpAsPyTorchDoes(extent: Int, kernel: Int, stride: Int, padding: Int, output: Int) throws {
        let window = try WindowGeometry(kernel: kernel, stride: stride, padding: padding, operation: "test")
        let rounded = try window.roundingUp(for: [extent, extent], operation: "test")
        #expect(try rounded.outputExtents(for: [extent, extent], operation: "test") == [output, output])
    }

    @Test func aWindowThatCannotBeIsRefused() {
        #expect(throws: NetworkError.self) { try WindowGeometry(kernel: 0, operation: "test") }
        #expect(throws: NetworkError.self) { try WindowGeometry(kernel: 3, stride: 0, operation: "test") }
        #expect(throws: NetworkError.self) { try WindowGeometry(kernel: 3, dilation: 0, operation: "test") }
        #expect(throws: NetworkError.self) { try WindowGeometry(kernel: 3, padding: 3, operation: "test") }
        #expect(throws: NetworkError.self) { try WindowGeometry(kernel: 3, padding: -1, operation: "test") }
    }

    @Test func aWindowLargerThanItsInputIsRefusedWithBothExtents() throws {
        let window = try WindowGeometry(kernel: 5, padding: 1, operation: "test")
        let error = #expect(throws: NetworkError.self) { try window.outputExtents(for: [8, 2], operation: "convolution") }
        #expect(
            error?.description == "convolution: a window of 5 does not fit an input of 2 with padding 1 + 1; "
                + "use a larger image or a smaller kernel")
    }
}
