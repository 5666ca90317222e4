package import ModelZoo

extension ModelZoo {
    /// The networks that PyTorch's golden files are of. Those that came later are made of operations that are held to the plain loops one
    /// by one; their shapes and numbers of parameters are held to what was published.
    package static let comparedWithPyTorch = [
        "alexnet", "alexnet-small", "alexnet-simplified", "alexnet-torchvision", "lenet5", "lenet5-1998",
    ]

    /// Those that a test may plan and train many times over.
    package static let small = ["lenet5", "lenet5-1998", "alexnet-small", "nin-cifar", "highway-20"]
}
