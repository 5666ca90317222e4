import Networks
import Tensors

extension WindowGeometry {
    /// The input index that element `tap` of the window meets when it makes output `output`; outside the input it is padding.
    func input(of output: Int, tap: Int, axis: Int) -> Int {
        output * stride[axis] + tap * dilation[axis] - paddingBegin[axis]
    }

    /// The outputs along an axis for which element `tap` of the window meets the input and not its padding.
    func outputs(meeting tap: Int, axis: Int, input extent: Int, output outputExtent: Int) -> Range<Int> {
        let inside = (0..<outputExtent).filter { 0..<extent ~= input(of: $0, tap: tap, axis: axis) }
        guard let first = inside.first else { return 0..<0 }
        return first..<first + inside.count
    }
}
