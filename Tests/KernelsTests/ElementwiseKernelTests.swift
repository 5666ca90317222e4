import KernelChoices
import Layouts
import Networks
import Tensors
import Testing

@Suite struct ElementwiseKernelTests {
    @Test(arguments: channelShapes, [false, true])
    func products(shape: Shape, inPlace: Bool) throws {
        let (a, b) = (Operand(random: shape), Operand(random: shape, stream: 1))
        let run = try KernelRun(Multiplication(), [a, b], inPlace: inPlace)
        #expect(run.outputs[0] == zip(a.values, b.values).map { $0 * $1 })
    }

    @Test(arguments: channelShapes, 1...5)
    func sumsInTheOrderOfTheInputs(shape: Shape, count: Int) throws {
        let terms = (0..<count).map { Operand(random: shape, stream: UInt32($0)) }
        let expected = terms.dropFirst().reduce(terms[0].values) { zip($0, $1.values).map { $0 + $1 } }
        for inPlace in [false, true] {
            #expect(try KernelRun(Addition(), terms, inPlace: inPlace).outputs[0] == expected)
        }
    }

    @Test func aBlockedLayoutStaysAndItsPaddingStaysZero() throws {
        let shape: Shape = [2, 19, 3, 3]
        let blocked = try #require(Layout.named("aBcd16b", shape.dimensions))
        // 2 × 32 × 3 × 3 words, of which the upper 13 of the second block of 16 channels are padding.
        let inMemory: [Float] = (0..<576).map { place in
            let isPadding = place / 144 % 2 == 1 && place % 16 >= 3
            return isPadding ? 0 : Float(place)
        }
        var operand = Operand(random: shape)
        operand.words = inMemory.map(\.bitPattern)
        let plain = Layout.plain(shape.dimensions)
        let product = try KernelRun(Multiplication(), [operand, operand], layouts: [blocked, plain])
        #expect(product.choice.inputs == [blocked, blocked])
        #expect(product.choice.outputs == [blocked])
        #expect(product.outputs[0] == inMemory.map { $0 * $0 })
        let sum = try KernelRun(Addition(), [operand, operand, operand], layouts: [blocked, plain, blocked])
        #expect(sum.choice.outputs == [blocked])
        #expect(sum.outputs[0] == inMemory.map { $0 + $0 + $0 })
    }

    @Test func anOpenLayoutBecomesRowMajor() throws {
        let x = Operand(random: [3, 5])
        let run = try KernelRun(Multiplication(), [x, x], layouts: [.any([3, 5]), .any([3, 5])])
        #expect(run.choice.inputs.allSatisfy { $0 == .plain([3, 5]) })
        // Of a sum there need not be a second input.
        let sum = try KernelRun(Addition(), [x], layouts: [.any([3, 5])])
        #expect(sum.choice.inputs == [.plain([3, 5])] && sum.choice.outputs == [.plain([3, 5])])
        #expect(sum.outputs[0] == x.values)
    }

    @Test func aReshapeRenamesOrCopies() throws {
        let x = Operand(random: [3, 4, 5])
        for inPlace in [false, true] {
            let run = try KernelRun(Reshape(extents: [20]), [x], inPlace: inPlace)
            #expect(run.choice.isRenaming)
            #expect(run.choice.outputs == [.plain([3, 20])])
            #expect(run.outputs[0] == x.values)
        }
    }
}
