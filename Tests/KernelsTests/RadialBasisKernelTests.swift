import Networks
import Tensors
import Testing

@Suite struct RadialBasisKernelTests {
    @Test(arguments: [[1, 1, 1], [1, 84, 10], [5, 84, 10], [3, 7, 2], [2, 16, 3], [4, 33, 5]])
    func distancesAndTheirGradient(sizes: [Int]) throws {
        let (examples, features, classes) = (sizes[0], sizes[1], sizes[2])
        let x = Operand(random: [examples, features])
        let centers = Operand(random: [classes, features], stream: 1)
        let dy = Operand(random: [examples, classes], stream: 2)
        var y = [Double]()
        var dx = [Double](repeating: 0, count: examples * features)
        for n in 0..<examples {
            for k in 0..<classes {
                var distance = 0.0
                for c in 0..<features {
                    let difference = Double(x.value(n, c)) - Double(centers.value(k, c))
                    distance += difference * difference
                    dx[n * features + c] -= 2 * Double(dy.value(n, k)) * difference
                }
                y.append(-distance)
            }
        }
        expectClose(try KernelRun(RadialBasis(), [x, centers]).outputs[0], y)
        expectClose(try KernelRun(RadialBasisGradient(), [dy, x, centers]).outputs[0], dx)
    }
}
