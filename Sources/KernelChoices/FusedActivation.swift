/// A function applied to each element as a convolution or dense layer stores it. Its backward pass can use the stored result.
package enum FusedActivation: Sendable, Hashable {
    case relu, tanh, sigmoid
}
