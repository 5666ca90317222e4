import Networks
import Tensors

/// The elements of x under each window of a pooling, window by window, row by row within it; padding is left out.
struct PoolingLoop {
    /// [N, C, H, W]
    let x: Shape
    /// [N, C, H′, W′]
    let y: Shape
    let window: WindowGeometry

    /// Calls `body` with each window's place in y and its elements: their places in x and in the window (r·S + s).
    func forEachWindow(_ body: (_ y: Int, _ elements: [(x: Int, tap: Int)]) -> Void) {
        var elements: [(x: Int, tap: Int)] = []
        for plane in 0..<y[0] * y[1] {
            for p in 0..<y[2] {
                for q in 0..<y[3] {
                    elements.removeAll(keepingCapacity: true)
                    for r in 0..<window.kernel[0] {
                        let h = window.input(of: p, tap: r, axis: 0)
                        guard 0..<x[2] ~= h else { continue }
                        for s in 0..<window.kernel[1] {
                            let w = window.input(of: q, tap: s, axis: 1)
                            guard 0..<x[3] ~= w else { continue }
                            elements.append(((plane * x[2] + h) * x[3] + w, r * window.kernel[1] + s))
                        }
                    }
                    body((plane * y[2] + p) * y[3] + q, elements)
                }
            }
        }
    }
}
